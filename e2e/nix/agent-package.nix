# The package of the agent, built with a machine's own shell and Node, out of tarballs that lie in a folder.
{ tarballs, node }:
import ../../nix/package/agent.nix {
  runtimeShell = "/bin/sh";
  nodejs-slim_24 = dirOf (dirOf node);
  fetchurl =
    { url, hash }:
    assert builtins.match "sha512-[A-Za-z0-9+/=]+" hash != null;
    builtins.path {
      name = baseNameOf url;
      path = tarballs + "/${baseNameOf url}";
    };
  runCommand =
    name: { version, ... }: script:
    derivation {
      inherit name version script;
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [
        "-euc"
        "PATH=/usr/bin:/bin; eval \"$script\""
      ];
    };
}
