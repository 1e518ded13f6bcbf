import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { blocks, exampleCommands } from '../harness/examples.ts';
import { ensureNix, evaluate, resultOf } from './nix.ts';

beforeAll(ensureNix);

/** Around an expression: the flake's outputs, with a nixpkgs that builds nothing and hands back what it was given. */
const withFlake = (expression: string) => `
  let
    lib = {
      inherit (builtins) attrNames mapAttrs;
      genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
      mkDefault = value: value;
      optionalAttrs = yes: set: if yes then set else { };
      nixosSystem = system: system // {
        config.system.build = { hearthNetboot = system; hearthKexec = system; sdImage = system; };
      };
    };
    nixpkgs = {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (_: { callPackage = file: _: file; });
    };
    flake = (import ./flake.nix).outputs { self = flake; inherit nixpkgs; };
  in ${expression}`;

describe('the flake', () => {
  test('has an image for every way onto a machine', async () => {
    const packages = await resultOf(withFlake('builtins.mapAttrs (_: builtins.attrNames) flake.packages'));
    expect(packages).toEqual({
      'x86_64-linux': ['agent', 'kexec-image', 'netboot', 'netboot-images'],
      'aarch64-linux': ['agent', 'kexec-image', 'netboot', 'netboot-images', 'sdImage'],
    });
  });

  test('names modules, images and a template that are there', async () => {
    const there = await resultOf<boolean[]>(
      withFlake(`map builtins.pathExists (
        [ flake.nixosModules.storage flake.nixosModules.raspberryPi5 (flake.templates.default.path + "/flake.nix") ]
        ++ builtins.filter builtins.isPath flake.nixosModules.node.imports
        ++ builtins.concatMap (image: builtins.filter builtins.isPath (
          image.modules ++ builtins.concatMap (module: module.imports or [ ]) (builtins.filter builtins.isAttrs image.modules)))
          [ flake.packages.x86_64-linux.netboot flake.packages.x86_64-linux.kexec-image flake.packages.aarch64-linux.sdImage ]
        )`),
    );
    expect(there.length).toBeGreaterThan(6);
    expect(there).not.toContain(false);
  });

  test('makes the machines of its template, each of its own kind', async () => {
    const machines = await resultOf(
      withFlake(`
        let
          machines = ((import ./template/flake.nix).outputs { hearth = flake; }).nixosConfigurations;
          settings = machine: builtins.foldl' (a: b: a // b) { } (
            builtins.filter (module: builtins.isAttrs module && module ? nixpkgs) machine.modules);
          disk = machine: if builtins.elem flake.nixosModules.storage machine.modules then "storage" else "card";
        in builtins.mapAttrs (_: machine: settings machine // { disk = disk machine; }) machines`),
    );
    expect(machines).toEqual({
      kitchen: {
        disk: 'storage',
        networking: { hostName: 'kitchen' },
        nixpkgs: { hostPlatform: 'x86_64-linux' },
        system: { stateVersion: '26.11' },
      },
      attic: {
        disk: 'card',
        networking: { hostName: 'attic' },
        nixpkgs: { hostPlatform: 'aarch64-linux' },
        system: { stateVersion: '26.11' },
      },
    });
  });

  test('says which kinds of machine there are', async () => {
    const { error } = await evaluate(
      withFlake(
        'map builtins.typeOf (flake.lib.mkNode { hostName = "x"; stateVersion = "26.11"; hardware = "vax"; }).modules',
      ),
    );
    expect(error).toContain('x: hardware must be one of pc raspberry-pi-5, not vax');
  });
});

describe('what pages say of the flake', () => {
  test('is built by a name that it has', async () => {
    const commands = (await exampleCommands()).filter(({ text }) => text.startsWith('nix build '));
    const packages = await resultOf<Record<string, string[]>>(
      withFlake('builtins.mapAttrs (_: builtins.attrNames) flake.packages'),
    );
    const names = commands.map(({ text }) => /#([a-zA-Z-]+)'/.exec(text)?.[1]);
    expect(names.length).toBeGreaterThan(2);
    expect(Object.values(packages).flat()).toEqual(expect.arrayContaining(names));
  });

  test('is the flake of its template', async () => {
    const template = await readFile(join(import.meta.dirname, '../../nix/template/flake.nix'), 'utf8');
    expect((await blocks('nix')).map(({ text }) => text)).toEqual([template]);
  });
});

describe('the layout of a disk', () => {
  const layout = (bootBytes: number, systemBytes: number) =>
    `import ./lib/layout.nix { device = "/dev/disk/by-id/a"; bootBytes = ${bootBytes}; systemBytes = ${systemBytes}; }`;

  test('is in sizes that mean the same on every disk', async () => {
    const sizes = await resultOf(
      `builtins.mapAttrs (_: { label, size, ... }: "\${label} \${size}")
        (${layout(1_073_741_824, 19_999_490_048)}).disk.hearth.content.partitions`,
    );
    expect(sizes).toEqual({
      boot: 'hearth-boot 1024M',
      system: 'hearth-system 19073M',
      data: 'hearth-data 100%',
    });
  });

  test.each([
    ['boot', 0, 1_048_576],
    ['system', 1_048_576, 20_000_000_000],
  ])('refuses a size of %s that would be rounded', async (what, bootBytes, systemBytes) => {
    const { error } = await evaluate(layout(bootBytes, systemBytes));
    expect(error).toContain(
      `${what} has ${what === 'boot' ? bootBytes : systemBytes} bytes; it must be whole MiB`,
    );
  });

  test('makes the pool after the file systems, out of the rest', async () => {
    const { partitions, volume } = await resultOf<{
      partitions: Record<string, { priority: number }>;
      volume: Record<string, string>;
    }>(
      `let all = ${layout(1_048_576, 1_048_576)}; in
        { inherit (all.disk.hearth.content) partitions; volume = all.lvm_vg.hearth.lvs.data; }`,
    );
    const order = Object.entries(partitions).toSorted(([, a], [, b]) => a.priority - b.priority);
    expect(order.map(([name]) => name)).toEqual(['boot', 'system', 'data']);
    expect(volume).toEqual({ lvm_type: 'thin-pool', size: '95%FREE' });
  });
});
