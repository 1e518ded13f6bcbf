import type { StepReporter } from './steps.ts';

/** Seconds with one decimal up to a minute, then minutes and seconds. */
export function elapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

/** Where lines go: standard error, so that `-o json` on standard output stays clean. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Reports steps as lines. On a terminal the current step is one line that is rewritten as it goes on and shows its
 * age; elsewhere (a log) what goes on inside a step is a line of its own, every twenty seconds at most.
 */
export function terminalReporter(out: Terminal = process.stderr, tick = 1000): StepReporter {
  return out.isTTY ? liveReporter(out, tick) : plainReporter(out);
}

const LOG_EVERY = 20_000;

function plainReporter(out: Terminal): StepReporter {
  const start = performance.now();
  const line = (text: string) => out.write(`[${elapsed(performance.now() - start).padStart(8)}] ${text}\n`);
  let last = Number.NEGATIVE_INFINITY;
  return {
    started: (title) => line(title),
    progress(title, doing) {
      if (performance.now() - last < LOG_EVERY) return;
      last = performance.now();
      line(`${title}: ${doing}`);
    },
    finished: (title, outcome, took) => line(`${title}: ${outcome} (${elapsed(took)})`),
  };
}

const MARKS = { done: '✓', 'nothing to do': '✓', failed: '✗' } as const;

function liveReporter(out: Terminal, tick: number): StepReporter {
  let timer: NodeJS.Timeout | undefined;
  let text = '';
  let start = 0;
  const draw = () => out.write(`\r\x1b[2K  ${text} ${elapsed(performance.now() - start)}`);
  return {
    started(title) {
      text = title;
      start = performance.now();
      draw();
      timer = setInterval(draw, tick).unref();
    },
    progress(title, doing) {
      text = `${title}: ${doing}`;
      draw();
    },
    finished(title, outcome, took) {
      clearInterval(timer);
      const note = outcome === 'done' ? elapsed(took) : outcome;
      out.write(`\r\x1b[2K${MARKS[outcome]} ${title} ${note}\n`);
    },
  };
}
