package org.thingward.verify.tpm;

/**
 * A TPM's time (TPMS_CLOCK_INFO, Part 2, 10.11.1): what a copy of its state cannot have without
 * going back.
 *
 * @param milliseconds that it ran in its life
 * @param resets how often it was started
 * @param restarts how often it went on after a pause, since the last start
 * @param isSafe whether no higher time can have been told before
 */
public record TpmClock(long milliseconds, int resets, int restarts, boolean isSafe) {
  static TpmClock read(TpmBytes from) {
    long milliseconds = from.u64();
    int resets = from.bits32();
    int restarts = from.bits32();
    int safe = from.u8();
    if (safe > 1) {
      throw from.refused("a flag that is neither yes nor no");
    }
    return new TpmClock(milliseconds, resets, restarts, safe == 1);
  }

  /** Whether it is not after {@code earlier}, which the same TPM told before. */
  public boolean goesBackBehind(TpmClock earlier) {
    int started = Integer.compareUnsigned(resets, earlier.resets);
    if (started != 0) {
      return started < 0;
    }
    int resumed = Integer.compareUnsigned(restarts, earlier.restarts);
    if (resumed != 0) {
      return resumed < 0;
    }
    return Long.compareUnsigned(milliseconds, earlier.milliseconds) <= 0;
  }
}
