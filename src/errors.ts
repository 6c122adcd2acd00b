/** The one error of the client, the service and the commands; `type` is for programs, the message for people. */
export type FanfoldErrorType =
  | 'RunNotFound'
  | 'RunOpen'
  | 'RunClosed'
  | 'InvalidInput'
  | 'InvalidOptionsError'
  | 'Refused'
  | 'Unreachable';

export class FanfoldError extends Error {
  override readonly name = 'FanfoldError';
  readonly type: FanfoldErrorType;
  /** The option or input field at fault, where there is one. */
  readonly field: string | undefined;

  constructor(type: FanfoldErrorType, message: string, field?: string) {
    super(message);
    this.type = type;
    this.field = field;
  }
}
