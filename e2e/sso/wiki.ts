import { AppDefinition } from '@hearth/domain';

/** What DokuWiki is told of the directory: it looks people up with its own account, and lets the family write. */
const CONFIGURATION = `<?php
$conf['title'] = 'The home’s wiki';
$conf['useacl'] = 1;
$conf['authtype'] = 'authldap';
$conf['superuser'] = '@family';
$conf['plugin']['authldap'] = [
  'server' => '\${sso.uri}',
  'version' => 3,
  'binddn' => '\${sso.bindDN}',
  'bindpw' => '\${sso.password}',
  'usertree' => '\${sso.peopleDN}',
  'userfilter' => '(&\${sso.filter}(uid=%{user}))',
  'grouptree' => '\${sso.groupsDN}',
  'groupfilter' => '(member=%{dn})',
];
`;

/** Everybody may read, and the family may write. */
const RIGHTS = '*\t@ALL\t1\n*\t@family\t8\n';

/** DokuWiki, which knows people by LDAP. */
export const wiki = {
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name: 'dokuwiki' },
  spec: {
    title: 'DokuWiki',
    versions: [{ version: '2022-07-31a', images: { wiki: 'docker.io/dokuwiki/dokuwiki:2022-07-31a' } }],
    stateful: true,
    workloads: [
      {
        name: 'wiki',
        ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
        volumes: [{ name: 'storage', path: '/storage', size: '1Gi' }],
        scratch: ['/tmp'],
        probes: { ready: { path: '/doku.php' } },
        security: { runAsUser: 1000, runAsGroup: 1000 },
      },
    ],
    integrations: [
      { name: 'route', kind: 'Route', required: true, port: 'http' },
      {
        name: 'sso',
        kind: 'SSOClient',
        required: true,
        strategy: 'ldap',
        compatible: [{ definition: 'directory', default: true }],
      },
    ],
    configure: {
      preStart: [
        {
          name: 'directory',
          type: 'file',
          path: '/storage/conf/local.protected.php',
          content: CONFIGURATION,
        },
        { name: 'rights', type: 'file', path: '/storage/conf/acl.auth.php', content: RIGHTS },
      ],
    },
  },
};
