# Systems that need no nixpkgs: their toplevel is a plain derivation with the parts of a NixOS system that matter to
# whoever builds it, compares it and switches to it.
{
  outputs =
    { self }:
    let
      toy = builtins.fromJSON (builtins.readFile ./configurations.json);

      shell =
        name: lines:
        derivation {
          inherit name;
          system = toy.system;
          builder = "/bin/sh";
          args = [
            "-euc"
            (builtins.concatStringsSep "\n" ([ "PATH=/usr/bin:/bin" "mkdir -p $out" ] ++ lines))
          ];
        };

      put =
        mode: path: text:
        "mkdir -p $(dirname $out/${path}); cp ${builtins.toFile (baseNameOf path) text} $out/${path}; chmod ${mode} $out/${path}";

      tree =
        mode: name: files:
        shell name (map (path: put mode path files.${path}) (builtins.attrNames files));

      toplevel =
        name: configuration:
        let
          kernel = tree "444" "linux-${configuration.kernel}" { bzImage = "kernel ${configuration.kernel}\n"; };
          initrd = tree "444" "initrd-linux-${configuration.kernel}" { initrd = "initrd ${configuration.initrd}\n"; };
          systemd = tree "444" "systemd-${configuration.systemd}" { version = configuration.systemd; };
          etc = tree "444" "etc" configuration.etc;
          sw = tree "555" "system-path" configuration.programs;
          switch = ''
            #!/bin/sh
            mkdir -p /run/nixos
            exec flock -o /run/nixos/switch-to-configuration.lock switch-to-configuration "$(dirname "$(dirname "$0")")" "$@"
          '';
        in
        shell "nixos-system-${name}-${configuration.version}" [
          configuration.build
          "ln -s ${kernel}/bzImage $out/kernel"
          "ln -s ${kernel} $out/kernel-modules"
          "ln -s ${initrd}/initrd $out/initrd"
          "ln -s ${systemd} $out/systemd"
          "ln -s ${etc} $out/etc"
          "ln -s ${sw} $out/sw"
          (put "444" "kernel-params" configuration.kernelParams)
          (put "444" "nixos-version" configuration.version)
          (put "444" "system" toy.system)
          (put "444" "init-interface-version" "systemd ${configuration.initInterface}")
          (put "555" "bin/switch-to-configuration" switch)
          "head -c ${toString configuration.bytes} /dev/zero >$out/padding"
        ];
    in
    {
      nixosConfigurations = builtins.mapAttrs (name: configuration: {
        config.system.build.toplevel = toplevel name configuration;
      }) toy.configurations;
    };
}
