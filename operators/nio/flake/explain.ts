import { Stalled, Waiting } from '@hearth/runtime';
import type { Repository } from './repository.ts';

/** How long until what needs somebody is looked at again: a repository is mended without a word to us. Milliseconds. */
const AGAIN = 10 * 60_000;

/** What a status other than 200 says; undefined for a redirect. */
export function explainStatus(
  status: number,
  { name }: Repository,
  withCredentials: boolean,
): Stalled | Waiting | undefined {
  if (status === 401 || status === 403) {
    return withCredentials
      ? refused(
          'CredentialsRefused',
          `${name} does not take the credentials of spec.credentialsRef (${status}).`,
        )
      : refused('Private', `${name} is private: name a Secret with credentials in spec.credentialsRef.`);
  }
  if (status === 404 || status === 410) {
    const hint = withCredentials ? '' : ', or it is private and hides that: then give spec.credentialsRef';
    return refused('NoRepository', `There is no repository at ${name} (${status})${hint}.`);
  }
  if (status >= 300 && status < 400) return undefined;
  if (status === 429)
    return new Waiting('TooOften', `${name} was asked too often and wants to be left alone.`);
  return status >= 500
    ? new Waiting('NoAnswer', `${name} can’t answer at the moment (${status}).`)
    : refused('NoRepository', `${name} does not answer as a git repository does (${status}).`);
}

/** Something answers, and not with what git does. */
export const isNotGit = ({ name }: Repository): Stalled =>
  refused('NoRepository', `What answers at ${name} is not a git repository.`);

/** What went wrong on the way there. Of errors only codes are told: their texts may quote what was sent. */
export function explainFailure(error: unknown, repository: Repository, patience: number): Stalled | Waiting {
  const { name } = repository;
  if (error instanceof SyntaxError) return isNotGit(repository);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return refused(
      'TooLong',
      `${name} has more branches and tags than Hearth reads: give spec.flake.revision.`,
    );
  }
  if (error instanceof Error && (error.name === 'TimeoutError' || /TIMEOUT$/.test(code))) {
    return new Waiting('NoAnswer', `${name} did not answer within ${patience / 1000} seconds.`);
  }
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return refused('CertificateRefused', `${name} shows a certificate that isn’t to be trusted (${code}).`);
  }
  return new Waiting('NoAnswer', `${name} can’t be reached${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}.`);
}

function refused(reason: string, message: string): Stalled {
  return new Stalled(reason, message, { after: AGAIN });
}
