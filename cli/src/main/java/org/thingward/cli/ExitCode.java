package org.thingward.cli;

/** What the process says to a script. */
final class ExitCode {
  static final int OK = 0;

  /** The server refused, or something failed. */
  static final int FAILED = 1;

  /** The command line is not understood; picocli uses the same. */
  static final int USAGE = 2;

  static final int UNREACHABLE = 3;

  /** What was verified is wrong. */
  static final int NOT_VERIFIED = 4;

  /** Nothing was done: it waits for other operators to agree. */
  static final int AWAITS_APPROVAL = 5;

  /** A program that it needs is not on this machine. */
  static final int MISSING = 6;

  /** Of a comparison: something differs, as {@code diff} says it. */
  static final int DIFFERENT = 1;

  /** Of a comparison: it could not be made. */
  static final int TROUBLE = 2;

  private ExitCode() {}
}
