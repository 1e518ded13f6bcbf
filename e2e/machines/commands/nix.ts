#!/usr/bin/env node
import { recordCall, run, step } from './fake.ts';

/**
 * nix: the real one. Only that it is called is written down, and that something can be planned for when it begins to
 * fetch or to build.
 */
const args = process.argv.slice(2);
recordCall('nix', args);
if (args.includes('metadata')) await step('nix:fetch');
if (args.includes('build')) await step('nix:build');
process.exit(await run('/usr/bin/nix', args));
