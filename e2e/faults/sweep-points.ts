/** A call of the operator that changes something, or a statement: a place where it can be killed. */
export interface Call {
  /** The step of the life in which it is made. */
  readonly step: string;
  /** What it is, without what differs from run to run. */
  readonly what: string;
  /** Among equal ones of its step, counted from 1. */
  readonly nth: number;
}

/** A moment at which the operator is killed. */
export interface Point extends Call {
  readonly when: 'before' | 'after';
}

/** Notes the calls of a run, and tells which of them is the one to be killed at. */
export interface Tap {
  /** A new step begins: calls are counted anew. `point` is where the operator is to be killed in it. */
  begin(step: string, point?: Point): void;
  /** A call is about to be made; returns when to kill the operator, if at it. Never twice in a step. */
  next(what: string): Point['when'] | undefined;
  /** All calls so far, in order. */
  readonly calls: readonly Call[];
  /** Whether the point of this step was met. */
  met(): boolean;
}

/** A tap on which nothing was noted. */
export function createTap(): Tap {
  const calls: Call[] = [];
  let counts = new Map<string, number>();
  let step = '';
  let wanted: Point | undefined;
  let met = false;
  return {
    calls,
    begin(name, point) {
      step = name;
      wanted = point;
      counts = new Map();
      met = false;
    },
    next(what) {
      const nth = (counts.get(what) ?? 0) + 1;
      counts.set(what, nth);
      calls.push({ step, what, nth });
      if (met || wanted?.what !== what || wanted.nth !== nth) return undefined;
      met = true;
      return wanted.when;
    },
    met: () => met,
  };
}

/** An API call, by method and path. What is named by chance, or by a hash, is named by a star. */
export function callOf(method: string, path: string): string {
  const [bare = ''] = path.split('?');
  return `${method} ${bare.replace(/\/events\/.*$/, '/events/*').replace(/(\/plans\/.*-)[0-9a-z]{10}/, '$1*')}`;
}

/** A statement, by its words: literals and numbers are left out. */
export function statementOf(text: string): string {
  const bare = text.replaceAll(/'(?:[^']|'')*'/g, "'…'").replaceAll(/\b\d+\b/g, '…');
  return `SQL ${bare.replaceAll(/\s+/g, ' ').trim().slice(0, 120)}`;
}

/** Both points of each call. */
export const pointsOf = (calls: readonly Call[]): Point[] =>
  calls.flatMap((call) => (['before', 'after'] as const).map((when) => ({ ...call, when })));

/** Every `stride`th of all points, beginning with the first. */
export const sampled = (points: readonly Point[], stride: number): Point[] =>
  points.filter((_, index) => index % stride === 0);

/** Lives to replay: each has at most one point in each step, since from one step to the next all must be well again. */
export function livesOf(points: readonly Point[]): ReadonlyMap<string, Point>[] {
  const lives: Map<string, Point>[] = [];
  for (const point of points) {
    const free = lives.find((life) => !life.has(point.step));
    if (free) free.set(point.step, point);
    else lives.push(new Map([[point.step, point]]));
  }
  return lives;
}

/** A point as a person reads it. */
export const pointText = ({ step, what, nth, when }: Point): string =>
  `${step}: ${when} ${what}${nth > 1 ? ` (${nth})` : ''}`;
