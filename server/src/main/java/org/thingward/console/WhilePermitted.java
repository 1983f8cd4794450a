package org.thingward.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.ClientAbortException;
import org.thingward.platform.Time;
import org.thingward.trust.OperatorRefused;

/**
 * An answer that may go on for long, and ends when its reader may not have it any more. That is
 * asked where the answer is flushed, once a second at most.
 */
final class WhilePermitted extends FilterOutputStream {
  private static final long EVERY = TimeUnit.SECONDS.toNanos(1);

  private final BooleanSupplier permitted;
  private final Time time;
  private long asked;

  /**
   * Writes to {@code out}.
   *
   * @param permitted whether it is as it was when it began; may throw {@link OperatorRefused}
   */
  WhilePermitted(OutputStream out, BooleanSupplier permitted, Time time) {
    super(out);
    this.permitted = permitted;
    this.time = time;
    this.asked = time.nanos();
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  @Override
  public void flush() throws IOException {
    long now = time.nanos();
    if (now - asked >= EVERY) {
      asked = now;
      require();
    }
    out.flush();
  }

  /** Breaks off as if the reader had: that is no error of the server's, and its log has none. */
  private void require() throws ClientAbortException {
    boolean still;
    try {
      still = permitted.getAsBoolean();
    } catch (OperatorRefused refused) {
      throw new ClientAbortException("its reader may not have it any more", refused);
    }
    if (!still) {
      throw new ClientAbortException("its reader may have something else now");
    }
  }
}
