/**
 * What is masked and never reported, as it is often something else: a value wrongly masked costs a little of the reading,
 * a secret that is sent is never got back. Ordinary code stays readable: names, labels, dates and paths are no secrets.
 */
import { looksLike } from './secret-values.ts';

export interface HiddenRule {
  /** What is secret is its first group; every repetition has a bound, as anybody may have written the text. */
  readonly pattern: RegExp;
  /** The text must look random, since names and words stand in such places too. */
  readonly random: boolean;
  readonly when: (value: string) => boolean;
}

/** Of a key whose name says nothing of what it is for; the names of what lies somewhere are as mixed, and shorter. */
const leastOfKey = 20;

export const hiddenRules: readonly HiddenRule[] = [
  // Quoted or handed to a function, as in `setPassword("…")` and `hmac_key = fromHex("…")`.
  {
    pattern:
      /(?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private|auth|encrypt|encryption|crypt|cipher|signing|signature|hmac|jwt|master|licen[cs]e|aes|rsa|ssh|gpg|ssl|tls|fernet|webhook|deploy)[_-]?key)[A-Za-z0-9_]{0,20}(?:\\{0,3}["'])?[ \t]{0,3}[:=(][ \t]{0,3}(?:[\w.]{1,40}\()?\\{0,3}["'`]([^"'`\s]{10,400})["'`]/gi,
    random: true,
    when: (value) => isNoText(value) && !looksLike.aName(value),
  },
  // Any other key: `key`, `openai_key`, `stripeKey`; but no `monkey`.
  {
    pattern:
      /(?<!(?:[Cc]ache|CACHE|[Ss]ort|[Pp]rimary|[Pp]artition|[Tt]ranslation|[Pp]ublic|PUBLIC)[_-]?)(?:(?<![A-Za-z])key|(?<=[a-z\d]|\b)Key|(?<![A-Za-z])KEY)(?:\\{0,3}["'])?[ \t]{0,3}[:=(]{1,2}[ \t]{0,3}(?:[\w.]{1,40}\()?\\{0,3}["'`]([A-Za-z0-9+/_=-]{20,400})["'`]/g,
    random: true,
    when: isChance,
  },
  // Bare: `PGPASSWORD=… psql`, `_authToken=…`, `<password>…`.
  {
    pattern:
      /(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)[A-Za-z0-9_-]{0,20}[=>]([^\s"'`<>;,(){}[\]]{10,200})(?![\w.]{0,40}[([])/gi,
    random: true,
    when: (value) => isNoText(value) && !looksLike.aName(value),
  },
  // Behind a blank, as in `machine x password …`; of other words people write sentences.
  {
    pattern: /(?:passw(?:or)?d|passphrase|pwd)[ \t]{1,3}([A-Za-z0-9+/_=!@#$%^*~-]{8,200})(?![\w.]{0,40}[([])/gi,
    random: true,
    when: (value) => isNoText(value) && !looksLike.aName(value),
  },
  {
    pattern: /(?:secret|token|api[_-]?key)[ \t]{1,3}([A-Za-z0-9+/_=-]{20,200})(?![\w.]{0,40}[([])/gi,
    random: true,
    when: isChance,
  },
  // As short as people make them: quoted, between tags, among the settings of a database.
  {
    pattern:
      /(?:passw(?:or)?d|passphrase|pwd)(?:\\{0,3}["'])?[ \t]{0,5}[:=]{1,2}>?[ \t]{0,5}\\{0,3}["'`]([^"'`\s]{6,200})["'`]/gi,
    random: false,
    when: isPassword,
  },
  {
    pattern: /(?:passw(?:or)?d|passphrase|pwd)[\w-]{0,20}(?:\s[^<>]{0,100})?>([^<>\s]{5,200})<\//gi,
    random: false,
    when: isPassword,
  },
  {
    pattern: /[;"'`][ \t]{0,3}(?:password|pwd)[ \t]?=[ \t]?([^;"'`\s,()]{4,200})(?=[;"'`\s]|$)/gi,
    random: false,
    when: isMixed,
  },
  // A line of data: `spring.datasource.password=…`, `password: …`.
  {
    pattern:
      /^\s{0,40}(?:(?:export|ENV|ARG|set|-)[ \t]{1,5})?[\w.-]{0,60}(?:passw(?:or)?d|passphrase|pwd)[\w.-]{0,20}(?:[=:]|:[ \t]{1,5}|[ \t]{1,5}=[ \t]{1,5})(?![=>])([^\s"'`<>;,(){}[\]]{5,200})\s{0,20}$/gi,
    random: false,
    when: isMixed,
  },
  {
    pattern: /^\s{0,40}[\w.-]{0,60}(?:passw(?:or)?d|passphrase|pwd)(?:=|:[ \t]{1,5})(\d{4,20})\s{0,20}$/gi,
    random: false,
    when: () => true,
  },
  // A variable of the environment, wherever it is set.
  {
    pattern: /(?:PASSWORD|PASSWD|PASSPHRASE|_PWD|_PASS)=(?![=>])([^\s"'`<>;,(){}[\]]{5,200})/g,
    random: false,
    when: isMixed,
  },
  // Given to a program.
  {
    pattern:
      /\b(?:curl|wget|xh)\b[^|;]{0,200}?\s(?:-u|-U|-a|--user|--auth|--proxy-user)[ =]{0,2}["']?[\w.@+-]{1,80}:([^\s"'`]{3,200})/g,
    random: false,
    when: isGiven,
  },
  {
    pattern: /\b(?:mysql|mariadb|7z)\w{0,20}\b[^|;]{0,200}?\s-p["']?([^\s"'`]{3,200})/g,
    random: false,
    when: isGiven,
  },
  {
    pattern:
      /\b(?:sshpass|mongo\w{0,10}|(?:docker|podman|registry|az|oc|cf) login|redis-cli|ldap\w{1,10}|sqlcmd|bcp|mosquitto_\w{3}|zip|unzip)\b[^|;]{0,200}?\s(?:-p|-a|-w|-P|--pass)[ =]{0,2}["']?([^\s"'`]{4,200})/g,
    random: false,
    when: isGiven,
  },
  {
    pattern:
      /\b(?:rabbitmqctl (?:add_user|change_password)|htpasswd -\w{0,5}b\w{0,5} \S{1,100}) \S{1,80} ["']?([^\s"'`]{4,200})/g,
    random: false,
    when: isGiven,
  },
  { pattern: /\bpass:([^\s"'`,;(){}<>]{4,200})/g, random: false, when: isMixed },
  {
    pattern: /\b(?:smbclient|rpcclient)\b[^|;]{0,200}?\s-U[ =]?["']?[\w.\\/-]{1,80}%([^\s"'`]{3,200})/g,
    random: false,
    when: isGiven,
  },
  {
    pattern:
      /\s--?(?:[a-z]{1,20}-)?(?:password|passphrase|passwd|pass|storepass|keypass|requirepass|secret|token|api-key)[= ]["']?([^\s"'`<>;,(){}[\]]{4,200})/g,
    random: false,
    when: isMixed,
  },
];

/** Words one after the other, of which one says what such a field is or does, or a name of dotted words. */
function isLabel(value: string): boolean {
  const part = value.includes('|') ? /^(?:[A-Za-z]{1,40}|\d{1,4})$/ : /^[A-Za-z]{1,40}$/;
  if (!value.split(/[-._/:|,]/).every((each) => part.test(each))) return false;
  return (
    /[.|]/.test(value) ||
    /passw|pwd|secret|token|key|label|field|input|form|auth|login|user|error|required|invalid|reset|forgot|confirm|text|icon|button|name|title|page|type|new|current|old|show|hide|toggle/i.test(
      value,
    )
  );
}

/** In a folder, or of one. */
function isPath(value: string): boolean {
  return /^(?:\.{1,2}|~)\//.test(value) || /^\/?[a-z_.-]{1,40}\d?(?:\/[a-z_.-]{1,40}\d?){1,20}$/i.test(value);
}

function isTime(value: string): boolean {
  return /^\d{4}-\d\d(?:-\d\d)?(?:[T_]|$)/.test(value) || /^\d{1,2}:\d\d/.test(value);
}

function isNoText(value: string): boolean {
  return !isLabel(value) && !isPath(value) && !isTime(value);
}

/** Of a place where nothing but a password stands. */
function isPassword(value: string): boolean {
  return /[^A-Za-z]/.test(value) && isNoText(value);
}

/** Of a place where an expression may stand as well: letters with digits or marks, and no member of something. */
function isMixed(value: string): boolean {
  const isMember = /^[\w$]{1,80}(?:(?:\.|\?\.|->|::)[\w$]{1,80}){1,10}$/.test(value);
  const isVersion = /^[\^~]?v?\d{1,5}(?:\.\d{1,5}){1,3}/.test(value);
  return /[A-Za-z]/.test(value) && /[\d!#$%^&*@~+?]/.test(value) && !isMember && !isVersion && isNoText(value);
}

/** Neither another option nor the name of a variable. */
function isGiven(value: string): boolean {
  return !/^[-%$&>|]/.test(value);
}

/** Mixed as only chance mixes. */
function isChance(value: string): boolean {
  if (value.length < leastOfKey || isPath(value)) return false;
  if (/^[0-9a-f]{24,}$/i.test(value)) return /\d/.test(value) && /[a-f]/i.test(value);
  const changes = value.match(/\d(?=[A-Za-z])|[a-z](?=[A-Z\d])|[A-Z](?=\d)/g)?.length ?? 0;
  return /[a-z]/.test(value) && /\d/.test(value) && changes >= Math.max(5, value.length / 6);
}
