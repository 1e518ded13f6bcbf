import { z } from 'zod';
import { dnsName, matching, text } from './fields.ts';

/** The repository of a flake, as Nix writes it; nothing in it can hold a password or reach the machine’s own files. */
const flakeUrl = () =>
  matching(
    512,
    /^(github:[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}|git\+https?:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?\/[A-Za-z0-9._~/-]+|git\+ssh:\/\/([a-z_][a-z0-9_-]*@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?\/[A-Za-z0-9._~/-]+)$/,
    'must be github:OWNER/REPOSITORY, git+https://HOST/PATH or git+ssh://USER@HOST/PATH, without a password in it; the branch, the revision and the folder have fields of their own',
  );

/** A commit: all 40 hexadecimal digits. */
export const gitRevision = () =>
  matching(40, /^[0-9a-f]{40}$/, 'must be a whole commit, 40 hexadecimal digits, and no abbreviation');

/** What a fetched flake must be, by content (an SRI hash of its NAR). */
export const narHash = () =>
  matching(
    60,
    /^sha256-[A-Za-z0-9+/]{43}=$/,
    'must be the hash that nix flake metadata prints as narHash: sha256-…=',
  );

/** A branch or a tag. What git itself refuses in a name is refused here. */
export const gitRef = () =>
  matching(
    255,
    /^[A-Za-z0-9_]([A-Za-z0-9._/-]*[A-Za-z0-9_])?$/,
    'must be the name of a branch or of a tag, such as main',
  );

/** The name of a system in a flake, `nixosConfigurations."NAME"`: any that a machine can have, 3d-printer too. */
const flakeAttribute = () =>
  matching(
    63,
    /^[A-Za-z0-9_][A-Za-z0-9_-]*$/,
    'must be the name of one of the flake’s nixosConfigurations: letters, digits, hyphens and underscores',
  );

/** A path in Nix's store. */
export const storePath = () =>
  matching(
    255,
    /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-[A-Za-z0-9+._?=-]+$/,
    'must be a path of Nix’s store, such as /nix/store/HASH-NAME',
  );

const folder = () =>
  matching(
    255,
    /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/,
    'must be a folder inside the repository, such as machines/kitchen, without . or ..',
  );

/** Where the NixOS system of a machine is defined. */
export const flake = () =>
  z.object({
    url: flakeUrl(),
    ref: gitRef().optional().meta({ description: 'The branch or tag. Empty: the repository’s own choice.' }),
    revision: gitRevision().optional().meta({ description: 'This commit and no other.' }),
    narHash: narHash().optional().meta({ description: 'What it must contain, by hash; else it is refused.' }),
    directory: folder().optional().meta({ description: 'The folder with flake.nix. Empty: the topmost.' }),
    attribute: flakeAttribute()
      .optional()
      .meta({ description: 'Which of its nixosConfigurations. Empty: the one named like the machine.' }),
  });

/** How the agent proves that a configuration works, before it survives a reboot. */
export const probe = () =>
  z
    .object({
      name: matching(63, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens'),
      unit: matching(
        255,
        /^[A-Za-z0-9:_.@-]+\.(service|socket|mount|target|timer)$/,
        'must be a systemd unit with its ending, such as sshd.service',
      )
        .optional()
        .meta({ description: 'A unit that must be active.' }),
      http: z
        .object({
          url: z.url({ protocol: /^https?$/ }).max(512),
          status: z.int().min(100).max(599).default(200),
        })
        .optional()
        .meta({ description: 'An address that must answer with that status.' }),
      tcp: z
        .object({ host: dnsName().default('localhost'), port: z.int().min(1).max(65535) })
        .optional()
        .meta({ description: 'A port that must take connections.' }),
      command: z.array(text(1024)).min(1).max(32).optional().meta({
        listType: 'atomic',
        description:
          'A program by its absolute path and its arguments, that must end with 0; no shell reads them.',
      }),
      timeoutSeconds: z.int().min(1).max(600).default(30),
    })
    .meta({
      rules: [
        {
          rule: '[has(self.unit), has(self.http), has(self.tcp), has(self.command)].filter(it, it).size() == 1',
          message: 'a probe asks one thing: give one of unit, http, tcp and command',
        },
        {
          rule: "!has(self.command) || self.command[0].startsWith('/')",
          message: 'the program is named by its absolute path, such as /run/current-system/sw/bin/true',
        },
      ],
    });

/** Who on the machine may read a file, in the digits of chmod. Nobody else than its owner may write. */
export const fileMode = () =>
  matching(
    4,
    /^0[4-7][04][04]$/,
    'must be four digits as chmod takes them, such as 0400; only the owner may write',
  );

/** Where below /run/hearth/files a file goes. */
export const filePath = () =>
  matching(
    255,
    /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/,
    'must be a path below /run/hearth/files, such as wifi/psk, without . or ..',
  );

/** A user or group of the machine. */
export const account = () =>
  matching(32, /^[a-z_][a-z0-9_-]*$/, 'must be the name of a user or group of the machine, such as root');
