/**
 * An error that a person can act on: its message is one sentence and the whole story, so the command line prints
 * it without a stack. Anything else that is thrown is a defect.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
}
