# The agent: its TypeScript as it stands, the packages that it loads, and a Node that runs it. Of nixpkgs it takes
# four things, so that a test can build it without nixpkgs.
{
  fetchurl,
  runCommand,
  runtimeShell,
  nodejs-slim_24,
}:
let
  root = ../..;
  closure = import ../lib/npm-closure.nix {
    lock = builtins.fromJSON (builtins.readFile (root + "/package-lock.json"));
    workspace = "operators/agent";
  };
  inherit (builtins.fromJSON (builtins.readFile (root + "/package.json"))) version;

  # Only what runs: a change of a test must not be another agent on every machine.
  source =
    folder:
    builtins.path {
      name = "hearth-${baseNameOf folder}";
      path = root + "/${folder}";
      filter = path: _type: builtins.match ".*[.]test[.]ts|.*/(node_modules|testing|testing[.]ts)" path == null;
    };

  each = lines: builtins.concatStringsSep "\n" lines;

  copyWorkspace =
    { folder, link }:
    ''
      mkdir -p "$home/${dirOf folder}"
      cp -r --no-preserve=mode ${source folder} "$home/${folder}"
    ''
    + (
      if link == null then
        ""
      else
        ''
          mkdir -p "$home/${dirOf link}"
          ln -s "$home/${folder}" "$home/${link}"
        ''
    );

  unpack =
    {
      place,
      url,
      integrity,
      ...
    }:
    let
      tarball = fetchurl {
        inherit url;
        hash = integrity;
      };
    in
    ''
      mkdir -p "$home/${place}"
      tar -xzf ${tarball} -C "$home/${place}" --strip-components=1 --no-same-owner
    '';
in
runCommand "hearth-agent-${version}"
  {
    inherit version;
    meta = {
      description = "Keeps a NixOS machine on exactly the configuration that its home names";
      mainProgram = "hearth-agent";
    };
  }
  ''
    home=$out/lib/hearth
    ${each (map copyWorkspace closure.workspaces)}
    ${each (map unpack closure.packages)}
    find "$home/node_modules" \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete

    mkdir -p $out/bin
    cat > $out/bin/hearth-agent <<END
    #!${runtimeShell}
    exec ${nodejs-slim_24}/bin/node $home/operators/agent/main.ts "\$@"
    END
    chmod +x $out/bin/hearth-agent
  ''
