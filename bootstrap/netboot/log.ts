/** Tells a person, in a line, what network boot does. */
export type Log = (line: string) => void;
