package org.thingward.platform;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A supervised child process: started again with growing pauses when it ends by itself, and ended
 * with us, however we end.
 */
public final class Child implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Child.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STABLE = Duration.ofSeconds(60);
  private static final long LOG_LIMIT = 16L << 20;

  // Standard input is a pipe that only we hold open. When it ends, because we stop the child or
  // because we died in whatever way, the watcher sends the child its signal.
  private static final String WATCHED =
      """
      exec 3<&0
      signal=$1; shift
      "$@" </dev/null 3<&- &
      child=$!
      { read -r _ <&3; kill -s "$signal" $child; } >/dev/null 2>&1 &
      watcher=$!
      wait $child
      status=$?
      kill $watcher 2>/dev/null
      exit $status
      """;

  private final ChildPlan plan;
  private final List<String> command;
  private final Path output;
  private final Time time;
  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Process process;
  private volatile int starts;

  Child(ChildPlan plan, List<String> prefix, Path output, Time time) {
    this.plan = plan;
    this.output = output;
    this.time = time;
    this.command = new ArrayList<>();
    Confinement.program("setsid").ifPresent(command::add);
    command.addAll(List.of("/bin/sh", "-c", WATCHED, plan.name(), plan.stopSignal()));
    command.addAll(prefix);
    command.addAll(plan.command());
  }

  /** Starts it once; throws if the machine cannot even run a shell. */
  void start() {
    Process first = launch();
    Thread.ofVirtual().name("supervise-" + plan.name()).start(() -> supervise(first));
  }

  /** Whether it runs at this moment. */
  public boolean isRunning() {
    lock.lock();
    try {
      return process != null && process.isAlive();
    } finally {
      lock.unlock();
    }
  }

  /** How many times it was started, 1 if it never ended. */
  public int starts() {
    return starts;
  }

  /** Where its standard output and error go. */
  public Path output() {
    return output;
  }

  /** Ends it in order, or kills it when its patience is over. Returns once it has ended. */
  @Override
  public void close() {
    stopping.countDown();
    lock.lock();
    try {
      if (process != null) {
        end(process);
      }
    } finally {
      lock.unlock();
    }
  }

  private void supervise(Process first) {
    Process current = first;
    Duration pause = FIRST_PAUSE;
    while (true) {
      long started = time.nanos();
      int status = awaitEnd(current);
      if (stopping.getCount() == 0) {
        return;
      }
      boolean stable = time.nanos() - started > STABLE.toNanos();
      pause = stable ? FIRST_PAUSE : pause;
      log.warn(
          "{} ended with status {}; starting it again in {} ms (its output: {})",
          plan.name(),
          status,
          pause.toMillis(),
          output);
      if (stopsWithin(pause)) {
        return;
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
      current = relaunch(current);
    }
  }

  private Process relaunch(Process former) {
    lock.lock();
    try {
      return stopping.getCount() == 0 ? former : launch();
    } catch (IllegalStateException e) {
      log.error("{}", e.getMessage());
      return former;
    } finally {
      lock.unlock();
    }
  }

  private Process launch() {
    lock.lock();
    try {
      rotateOutput();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(plan.directory().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(output.toString())));
      builder.environment().putAll(plan.environment());
      Process launched = builder.start();
      process = launched;
      starts++;
      return launched;
    } catch (IOException e) {
      throw new IllegalStateException(plan.name() + " cannot be started: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private int awaitEnd(Process current) {
    while (true) {
      try {
        int status = current.waitFor();
        closeInput(current);
        return status;
      } catch (InterruptedException e) {
        // Nobody interrupts this thread: it ends with the child alone.
        log.debug("{} is still supervised", plan.name());
      }
    }
  }

  private boolean stopsWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  private void end(Process running) {
    List<ProcessHandle> family = running.descendants().toList();
    closeInput(running);
    boolean interrupted = false;
    try {
      if (running.waitFor(plan.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      log.warn("{} did not end within {}; killing it", plan.name(), plan.patience());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    family.forEach(ProcessHandle::destroyForcibly);
    running.destroyForcibly();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeInput(Process running) {
    try {
      running.getOutputStream().close();
    } catch (IOException e) {
      log.debug("{}: its input was closed already", plan.name());
    }
  }

  private void rotateOutput() throws IOException {
    if (Files.exists(output) && Files.size(output) > LOG_LIMIT) {
      Path former = output.resolveSibling(output.getFileName() + ".1");
      Files.move(output, former, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
