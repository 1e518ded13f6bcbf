import { beforeAll, describe, expect, test } from 'vitest';
import { ensureNix, evaluate, resultOf } from './nix.ts';

const { NIXPKGS_LIB } = process.env;

const KEY = 'Ytm+/aJxv0ReX0nCBTbQHTsDdnhkvzAQpLjn1l9rQgk=';

beforeAll(ensureNix);

/** Around an expression: `outputs`, Hearth’s flake with nixpkgs’ own lib, and `machine`, a PC with some settings. */
const withModules = (expression: string, settings = '{ }', countsBoots = true) => `
  let
    inherit (import ../e2e/nix/evaluate.nix { nixpkgs = ${NIXPKGS_LIB}; countsBoots = ${countsBoots}; }) lib outputs;
    machineOf = hardware: (outputs.lib.mkNode {
      hostName = "kitchen";
      stateVersion = "26.11";
      inherit hardware;
      modules = [ (${settings}) ];
    }).config;
    machine = machineOf "pc";
    agent = machine.systemd.services.hearth-agent;
  in ${expression}`;

const of = <T = unknown>(expression: string, settings?: string, countsBoots?: boolean): Promise<T> =>
  resultOf<T>(withModules(expression, settings, countsBoots));
const refusal = async (settings: string): Promise<string> =>
  (await evaluate(withModules('[ agent.serviceConfig machine.hearth ]', settings))).error;

/** Registers tests where nixpkgs' lib is at hand; says that they are not run where it is not. */
const whereNixpkgsIs = (name: string, tests: () => void): void => {
  if (NIXPKGS_LIB !== undefined) describe(name, tests);
  else process.stdout.write(`not run: ${name}: NIXPKGS_LIB names no checkout of nixpkgs’ lib\n`);
};

test('every option of the modules says what it is', async () => {
  const undescribed = await resultOf(`
    let
      collect = set: builtins.concatLists (builtins.attrValues (builtins.mapAttrs (name: value:
        if value ? type then (if (value.description or "") == "" then [ name ] else [ ]) else collect value) set));
      # An option is what it was declared with.
      lib = {
        mkOption = option: option;
        mkIf = _: value: value;
        types = builtins.listToAttrs (map (name: { inherit name; value = name; })
          [ "bool" "package" "singleLineStr" ])
          // { nullOr = t: t; addCheck = t: _: t; strMatching = _: "str"; listOf = t: t; enum = _: "enum"; ints = { positive = "int"; between = _: _: "int"; }; };
        literalMD = text: text;
      };
      optionsOf = file: (import file { inherit lib; config.hearth = { }; options = { }; pkgs = { }; }).options.hearth;
    in builtins.concatMap (file: collect (optionsOf file))
      [ ./modules/agent.nix ./modules/boot.nix ./modules/storage.nix ./modules/system.nix ]`);
  expect(undescribed).toEqual([]);
});

whereNixpkgsIs('the agent’s service', () => {
  test('outlives a switch that changes it, and one that has no agent', async () => {
    expect(
      await of(
        '{ inherit (agent) restartIfChanged unitConfig startLimitIntervalSec; inherit (agent.serviceConfig) Restart; }',
      ),
    ).toEqual({
      restartIfChanged: false,
      unitConfig: { 'X-StopOnRemoval': false, WantsMountsFor: ['/var/lib/hearth', '/run/hearth'] },
      startLimitIntervalSec: 0,
      Restart: 'always',
    });
  });

  test('is told what the configuration says of NIO', async () => {
    const started = await of<string>(
      'agent.serviceConfig.ExecStart',
      `{ hearth.nio = { url = "https://nio.home.arpa:8443"; key = "${KEY}"; };
         hearth.agent.joinTokenFile = "/run/keys/token"; }`,
    );
    expect(started.replace(/^\S+/, '')).toBe(
      ` --state /var/lib/hearth/agent --nio https://nio.home.arpa:8443 --nio-key ${KEY} --join-token-file /run/keys/token`,
    );
  });

  test.each([
    ['another word in an address', '{ hearth.nio.url = "https://nio --state /"; }', 'hearth.nio.url'],
    ['a specifier of systemd in a key', `{ hearth.nio.key = "%h${KEY.slice(2)}"; }`, 'hearth.nio.key'],
    ['an address without TLS', '{ hearth.nio.url = "http://nio.home.arpa"; }', 'hearth.nio.url'],
    [
      'a specifier of systemd in a path',
      '{ hearth.agent.joinTokenFile = "/run/%h"; }',
      'hearth.agent.joinTokenFile',
    ],
    [
      'a token in the store',
      '{ hearth.agent.joinTokenFile = "/nix/store/00000000000000000000000000000000-token"; }',
      'hearth.agent.joinTokenFile',
    ],
  ])('refuses %s', async (_what, settings, option) => {
    expect(await refusal(settings)).toMatch(`\`${option}' is not of type`);
  });

  test('has its files in memory, and keeps them through a switch', async () => {
    const [files] =
      await of<{ where: string; type: string; options: string; unitConfig: object }[]>(
        'machine.systemd.mounts',
      );
    expect(files).toMatchObject({
      where: '/run/hearth',
      type: 'tmpfs',
      unitConfig: { 'X-StopOnRemoval': false },
    });
    expect(files?.options.split(',')).toContain('noswap');
  });
});

whereNixpkgsIs('a machine of the home', () => {
  test('opens no port, and lets nobody sign in', async () => {
    expect(
      await of(`{
        firewall = machine.networking.firewall;
        ssh = machine.services.openssh.enable;
        keys = machine.users.users.root.openssh.authorizedKeys.keys;
      }`),
    ).toEqual({
      firewall: { enable: true, allowedTCPPorts: [], allowedUDPPorts: [] },
      ssh: false,
      keys: [],
    });
  });

  test('lets in who has a key, where SSH is switched on, and nobody by password', async () => {
    const settings = '{ hearth.ssh = { enable = true; authorizedKeys = [ "ssh-ed25519 AAAA me" ]; }; }';
    expect(
      await of(
        '{ inherit (machine.services) openssh; keys = machine.users.users.root.openssh.authorizedKeys.keys; }',
        settings,
      ),
    ).toEqual({
      openssh: {
        enable: true,
        settings: {
          PasswordAuthentication: false,
          KbdInteractiveAuthentication: false,
          PermitRootLogin: 'prohibit-password',
        },
      },
      keys: ['ssh-ed25519 AAAA me'],
    });
  });

  test('says that SSH without a key lets nobody in', async () => {
    const failed = 'map (a: a.message) (builtins.filter (a: !a.assertion) machine.assertions)';
    expect(await of(failed)).toEqual([]);
    expect(await of(failed, '{ hearth.ssh.enable = true; }')).toEqual([
      'hearth.ssh.enable without a key lets nobody in: name one in hearth.ssh.authorizedKeys',
    ]);
  });

  test('starts again when it hangs', async () => {
    expect(await of('machine.systemd.settings.Manager.RuntimeWatchdogSec')).toBe('30s');
    expect(await of('(machineOf "raspberry-pi-5").systemd.settings.Manager.RuntimeWatchdogSec')).toBe('15s');
    expect(await of('machine.boot.kernelParams')).toContain('panic=30');
  });

  test('tries a new boot entry where nixpkgs can', async () => {
    const loader =
      'machine.boot.loader.systemd-boot // { checks = machine.systemd.services ? hearth-boot-check; }';
    expect(await of(loader)).toEqual({
      enable: true,
      editor: false,
      configurationLimit: 10,
      bootCounting: { enable: true, tries: 2 },
      checks: true,
    });
    expect(await of(loader, '{ }', false)).toEqual({
      enable: true,
      editor: false,
      configurationLimit: 10,
      checks: false,
    });
  });

  test('restarts for a check only while its boot entry is on trial', async () => {
    expect(await of('machine.systemd.services.hearth-boot-check.unitConfig')).toEqual({
      ConditionPathExists: expect.stringContaining('/LoaderBootCountPath-'),
      FailureAction: 'reboot',
    });
  });

  test('finds its disk by label, whatever the disk', async () => {
    const devices = 'builtins.mapAttrs (_: { device, ... }: device)';
    expect(await of(`${devices} machine.fileSystems`)).toEqual({
      '/': '/dev/disk/by-partlabel/hearth-system',
      '/boot': '/dev/disk/by-partlabel/hearth-boot',
    });
    expect(await of(`${devices} (machineOf "raspberry-pi-5").fileSystems`)).toEqual({
      '/': '/dev/disk/by-label/NIXOS_SD',
    });
  });

  test('takes a disk by what it is, not by where it is', async () => {
    expect(await refusal('{ hearth.storage.device = "/dev/sda"; }')).toMatch(
      "`hearth.storage.device' is not of type",
    );
  });

  test('has its layout in disko’s words where disko is', async () => {
    const disko = (device: string) => `{ lib, ... }: {
      options.disko = { enableConfig = lib.mkOption { }; devices = lib.mkOption { default = null; }; };
      config.hearth.storage.device = ${device};
    }`;
    expect(await of('machine.disko.devices.disk.hearth.device', disko('"/dev/disk/by-id/nvme-1"'))).toBe(
      '/dev/disk/by-id/nvme-1',
    );
    expect(await of('machine.disko', disko('null'))).toEqual({ enableConfig: false, devices: null });
  });
});

whereNixpkgsIs('the images', () => {
  /** What an image's system is, by its evaluated modules. */
  const image = (name: string, system: string, expression: string) =>
    of(`
      let
        inherit (import ../e2e/nix/evaluate.nix { nixpkgs = ${NIXPKGS_LIB}; }) nixosSystem;
        image = (nixosSystem {
          modules = [ outputs.nixosModules.node ./images/${name}.nix { nixpkgs.hostPlatform = "${system}"; } ]
            ++ lib.optional ("${name}" != "sd") { hearth.installer.system = machine.system.build.toplevel; };
        }).config;
        agent = image.systemd.services.hearth-agent;
      in ${expression}`);

  test.each(['netboot', 'kexec'])(
    '%s installs, shows the code on the screen, and lets nobody in',
    async (name) => {
      expect(
        await image(
          name,
          'x86_64-linux',
          `{
          installs = lib.hasInfix " --install" agent.serviceConfig.ExecStart;
          output = agent.serviceConfig.StandardOutput;
          ssh = image.services.openssh.enable;
          loader = image.boot.loader.systemd-boot.enable;
          screen = lib.last (builtins.filter (lib.hasPrefix "console=") image.boot.kernelParams);
          login = image.systemd.services."getty@tty1".enable;
        }`,
        ),
      ).toEqual({
        installs: true,
        output: 'journal+console',
        ssh: false,
        loader: false,
        screen: 'console=tty0',
        login: false,
      });
    },
  );

  test('that install have the system in them that they install', async () => {
    for (const name of ['netboot', 'kexec'])
      expect(await image(name, 'x86_64-linux', 'image.environment.etc."hearth/golden".source')).toMatch(
        /-nixos-system$/,
      );
  });

  test('are what the flake gives out', async () => {
    const names = (system: string) =>
      of(`builtins.mapAttrs (_: package: package.name) (removeAttrs outputs.packages.${system} [ "agent" ])`);
    const common = { netboot: 'hearth-netboot', 'netboot-images': 'hearth-netboot-images' };
    expect(await names('x86_64-linux')).toEqual({
      ...common,
      'kexec-image': 'hearth-kexec-x86_64-linux.tar.gz',
    });
    expect(await names('aarch64-linux')).toEqual({
      ...common,
      'kexec-image': 'hearth-kexec-aarch64-linux.tar.gz',
      sdImage: 'sd-image',
    });
  });

  test('are in the folders in which kiko netboot looks for them', async () => {
    const folder = (system: string) => of(`outputs.packages.${system}.netboot-images.entries`);
    expect(await folder('x86_64-linux')).toEqual({
      x86_64: expect.stringMatching(/-hearth-netboot$/),
      'ipxe/undionly.kpxe': expect.stringMatching(/-ipxe\/undionly.kpxe$/),
      'ipxe/ipxe.efi': expect.stringMatching(/-ipxe\/ipxe.efi$/),
    });
    expect(await folder('aarch64-linux')).toEqual({
      aarch64: expect.stringMatching(/-hearth-netboot$/),
      'ipxe/ipxe-arm64.efi': expect.stringMatching(/-ipxe\/ipxe.efi$/),
    });
  });

  test('for the network says how it is started', async () => {
    const entries = (await image(
      'netboot',
      'x86_64-linux',
      'builtins.mapAttrs (_: entry: entry.text or entry) image.system.build.hearthNetboot.entries',
    )) as Record<string, string>;
    expect(Object.keys(entries)).toEqual(['boot.ipxe', 'cmdline', 'initrd', 'kernel']);
    expect(entries['boot.ipxe']).toMatch(
      /^#!ipxe\nkernel kernel initrd=initrd init=\S+\/init .* \$\{cmdline\}\n/,
    );
    expect(entries.cmdline).toMatch(/^init=\S+\/init .*console=tty0\n$/);
  });

  test('for a card is a whole node that installs nothing', async () => {
    expect(
      await image(
        'sd',
        'aarch64-linux',
        `{
          installs = lib.hasInfix " --install" agent.serviceConfig.ExecStart;
          output = agent.serviceConfig.StandardOutput;
          extlinux = image.boot.loader.generic-extlinux-compatible.enable;
          token = image.hearth.agent.joinTokenFile;
          discovery = image.networking.firewall.allowedUDPPorts;
          mounts = agent.unitConfig.WantsMountsFor;
        }`,
      ),
    ).toEqual({
      installs: false,
      output: 'journal+console',
      extlinux: true,
      token: '/boot/firmware/hearth-join-token',
      discovery: [5353],
      mounts: expect.arrayContaining(['/run/hearth', '/boot/firmware']),
    });
  });
});
