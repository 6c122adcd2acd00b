/**
 * Temporal's messages, of the very copy that the SDK uses: a second one cannot be loaded beside it, as both name their
 * types in one registry.
 */
import { createRequire } from 'node:module';
import type proto from '@temporalio/proto';

const ofSdk = createRequire(createRequire(import.meta.url).resolve('@temporalio/common'));

const found = ofSdk('@temporalio/proto') as typeof proto;
export default found;
