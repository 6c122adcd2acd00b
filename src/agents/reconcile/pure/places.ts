/** Where a line stands, as a person reads it: by the name of its file, without the folders that push what matters out of sight. */

/** @param names of all files; of those that end alike as much of the folders stays as tells them apart */
export function placesWithin(names: readonly string[]): (place: string) => string {
  const longestFirst = [...names].toSorted((a, b) => b.length - a.length).map((name) => [name, shortest(name, names)]);
  return (place) => {
    for (const [name = '', short = ''] of longestFirst)
      if (place === name || place.startsWith(`${name}:`)) return short + place.slice(name.length);
    return place;
  };
}

function shortest(name: string, names: readonly string[]): string {
  const parts = name.split(/[/\\]/);
  const others = names.filter((other) => other !== name).map((other) => other.split(/[/\\]/));
  for (let count = 1; count < parts.length; count++) {
    const end = parts.slice(-count).join('/');
    if (end !== '' && others.every((other) => other.slice(-count).join('/') !== end)) return end;
  }
  return name;
}

/** Within so many characters: the file is named at the start, and the number of the line stands at the end. */
export function truncatePlace(place: string, width: number): string {
  if (place.length <= width) return place;
  const at = place.indexOf(':');
  const file = place.slice(0, at + 1);
  const start = file.length <= width / 2 ? file : `…${file.slice(file.length - Math.floor(width / 2) + 1)}`;
  return `${start}…${place.slice(place.length - (width - start.length - 1))}`;
}
