/** References to stored payloads, as they lie in histories that are read without Temporal's client. */
import { StorageDriverClaim, type LoadedDataConverter, type PayloadCodec, type Payload } from '@temporalio/common';

const messageType = 'temporal.api.sdk.v1.ExternalStorageReference';

interface Reference {
  readonly driverName: string;
  readonly claimData: Readonly<Record<string, string>>;
}

/** Undefined for a payload that is itself what it says. */
export function referenceOf(payload: Payload): Reference | undefined {
  const type = payload.metadata?.['messageType'];
  if (!type || !payload.data || Buffer.from(type).toString() !== messageType) return undefined;
  const { driverName = '', claimData = {} } = JSON.parse(Buffer.from(payload.data).toString()) as Partial<Reference>;
  return { driverName, claimData };
}

/** A payload of a history as the value it stands for. @throws {Error} where it was stored by a driver that the client has not */
export async function decodePayload<T>(converter: LoadedDataConverter, payload: Payload): Promise<T> {
  const plain = await withoutCodecs(converter, await resolved(converter, payload));
  if (!plain) throw new Error('A codec of the client decodes the payload to nothing');
  return converter.payloadConverter.fromPayload<T>(plain);
}

type Context = Parameters<PayloadCodec['decode']>[1];

/** A payload as it was before the codecs had it; undefined where one of them makes nothing of it. @throws what a codec throws */
export async function withoutCodecs(
  { payloadCodecs }: Pick<LoadedDataConverter, 'payloadCodecs'>,
  payload: Payload,
  context?: Context,
): Promise<Payload | undefined> {
  let found = [payload];
  for (const codec of payloadCodecs.toReversed()) found = await codec.decode(found, context);
  return found[0];
}

async function resolved({ externalStorage }: LoadedDataConverter, payload: Payload): Promise<Payload> {
  const reference = referenceOf(payload);
  if (!reference) return payload;
  const driver = externalStorage?.getDriver(reference.driverName);
  if (!driver) {
    throw new Error(
      `A payload lies in the external storage '${reference.driverName}', which this client has not; see FANFOLD_STORE`,
    );
  }
  const [stored] = await driver.retrieve({}, [new StorageDriverClaim({ ...reference.claimData })]);
  if (!stored) throw new Error(`The external storage '${reference.driverName}' gave no payload back`);
  return stored;
}
