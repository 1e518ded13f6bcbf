import type { ClientMark, IdentityRefusal } from '@hearth/domain/identity-api';

/** Thrown where the admin API does not do what it is asked; becomes an `identityRefusal`. */
export class AdminRefusal extends Error {
  override readonly name = 'AdminRefusal';
  readonly status: 400 | 401 | 404 | 409;
  readonly body: IdentityRefusal;

  constructor(status: AdminRefusal['status'], error: string, message: string, mark?: ClientMark) {
    super(message);
    this.status = status;
    this.body = { error, message: message.slice(0, 500), ...(mark && { mark }) };
  }
}
