package org.thingward.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Runs every benchmark, each in a process of its own and for a bounded time, and prints the table
 * of results in Markdown on standard output; all else goes to standard error. One that fails or
 * takes too long is named in the table and does not keep the others.
 *
 * <p>{@code AllBenches [quick | full] [NAME...]}: {@code quick} with small counts (the default), or
 * {@code full}; all, or those named. To be run in the project's folder, with all modules built.
 */
public final class AllBenches {
  /**
   * One benchmark.
   *
   * @param quick its arguments for a quick run; FOLDER stands for one of its own
   * @param seconds how long a quick run may take; a full one may take five times that
   */
  private record Bench(Class<?> main, List<String> quick, List<String> full, int seconds) {}

  private static final List<Bench> ALL =
      List.of(
          new Bench(DecisionBench.class, List.of("3"), List.of("6"), 60),
          new Bench(PolicyDiffBench.class, List.of("5"), List.of("10"), 60),
          new Bench(
              ReplayBench.class,
              List.of("FOLDER", "2000", "1000000"),
              List.of("FOLDER", "10000", "1000000"),
              180),
          new Bench(
              FleetBench.class,
              List.of("FOLDER", "100000", "20"),
              List.of("FOLDER", "100000", "100"),
              120),
          new Bench(
              AccessBench.class,
              List.of("FOLDER", "300", "5"),
              List.of("FOLDER", "2000", "9"),
              120),
          new Bench(LedgerBench.class, ledger(3, 0), ledger(10, 0), 90),
          new Bench(LedgerBench.class, ledger(3, 20_000), ledger(10, 20_000), 90),
          new Bench(
              IssuanceBench.class,
              List.of("FOLDER", "2000", "256", "3", "6"),
              List.of("FOLDER", "6000", "256", "5", "8"),
              180),
          new Bench(
              OcspBench.class,
              List.of("FOLDER", "1000", "3", "4", "20"),
              List.of("FOLDER", "3000", "5", "10", "40"),
              180),
          new Bench(
              QuoteBench.class,
              List.of("FOLDER", "1500", "3", "8"),
              List.of("FOLDER", "3000", "5", "10"),
              120),
          new Bench(
              MillionBench.class,
              List.of("FOLDER", "100000", "1000", "3"),
              List.of("FOLDER", "1000000", "2000", "5"),
              200),
          new Bench(
              RevocationBench.class, List.of("FOLDER", "200"), List.of("FOLDER", "1000"), 120),
          new Bench(HandshakeBench.class, List.of("2", "3"), List.of("8", "3"), 120),
          new Bench(
              GatewayBench.class,
              List.of("broker/target", "3", "3", "8"),
              List.of("broker/target", "6", "5", "15"),
              180),
          new Bench(CutBench.class, List.of("1000"), List.of("1000"), 120),
          new Bench(CutBench.class, List.of("1000", "10000"), List.of("1000", "10000"), 180),
          new Bench(IdleSessionBench.class, List.of("1000"), List.of("5000"), 120),
          new Bench(
              ConsoleBench.class,
              List.of("FOLDER", "1000", "1000", "10", "5"),
              List.of("FOLDER", "10000", "1000", "20", "15"),
              180),
          new Bench(StartBench.class, List.of("3"), List.of("5"), 300));

  private static List<String> ledger(int seconds, int rate) {
    return List.of("FOLDER", "4096", String.valueOf(seconds), "256", String.valueOf(rate));
  }

  private AllBenches() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = new ArrayList<>(List.of(arguments));
    boolean full = given.remove("full");
    given.remove("quick");
    List<String> lines = new ArrayList<>();
    for (Bench bench : ALL) {
      if (given.isEmpty() || given.contains(bench.main().getSimpleName())) {
        lines.addAll(run(bench, full));
      }
    }
    System.out.println(Figure.HEAD);
    lines.forEach(System.out::println);
  }

  /** The lines of the table that it printed. */
  private static List<String> run(Bench bench, boolean full) throws Exception {
    String name = bench.main().getSimpleName();
    Path folder = Files.createTempDirectory("thingward-bench");
    List<String> lines = new ArrayList<>();
    long start = System.nanoTime();
    System.err.printf("== %s%n", name);
    Process process = start(bench, full, folder);
    AtomicBoolean late = new AtomicBoolean();
    int limit = full ? 5 * bench.seconds() : bench.seconds();
    Thread watch = Thread.ofVirtual().start(() -> endAfter(process, limit, late));
    try (BufferedReader out = process.inputReader()) {
      out.lines()
          .peek(System.err::println)
          .filter(line -> line.startsWith(Figure.MARK))
          .forEach(lines::add);
    }
    int code = process.waitFor();
    watch.interrupt();
    if (late.get() || code != 0) {
      String why = late.get() ? "did not end in " + limit + " s" : "failed, see its output";
      lines.add("| %s | | %s | | |".formatted(name, why));
    }
    System.err.printf(Locale.ROOT, "== %s: %.0f s%n", name, (System.nanoTime() - start) / 1e9);
    delete(folder);
    return lines;
  }

  private static Process start(Bench bench, boolean full, Path folder) throws IOException {
    List<String> arguments =
        (full ? bench.full() : bench.quick())
            .stream().map(word -> word.equals("FOLDER") ? folder.toString() : word).toList();
    return new ProcessBuilder(ChildJava.command(List.of(), bench.main(), arguments))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Ends it and whatever it started, if it still runs then. */
  private static void endAfter(Process process, int seconds, AtomicBoolean late) {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return;
      }
      late.set(true);
      List<ProcessHandle> started = process.descendants().toList();
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      started.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      // It ended by itself.
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      System.err.println("left behind: " + folder);
    }
  }
}
