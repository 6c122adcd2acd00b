/** With this file `fanfold agent desk "How long may I stay?" --subject '{"guest":7}'` asks the desk. */
import { defineConfig } from 'fanfold';
import { desk } from './desk.ts';

export default defineConfig({ agents: [desk] });
