package org.thingward.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Enrolments a second over EST's handler, without HTTP: token looked up, request checked, permit
 * recorded, certificate signed, stored and logged, evidence appraised and logged, each durable when
 * it returns. Beside it, in the same run, bare P-256 signatures of the same provider on all cores:
 * what issuance could reach if signing were all there is to it.
 *
 * <p>{@code IssuanceBench FOLDER [DEVICES [THREADS [ROUNDS [WARM]]]]}: 4,000 devices a round, 256
 * virtual threads that ask at the same time, 3 rounds, after unmeasured ones until the just-in-time
 * compiler takes less than a tenth of a core, at most {@code WARM}, 12: a server that has run for
 * some minutes is what is measured.
 */
public final class IssuanceBench {
  private static final int SIGNATURES = 50_000;
  private static final double COMPILED = 0.1;

  private IssuanceBench() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
    int devices = argument(arguments, 1, 4_000);
    int threads = argument(arguments, 2, 256);
    int rounds = argument(arguments, 3, 3);
    int warm = argument(arguments, 4, 12);
    double[] certificates = new double[rounds];
    double[] signatures = new double[rounds];
    double[] micros = new double[rounds];
    double[] microsOfSigning = new double[rounds];
    try (BenchIdentity identity = new BenchIdentity(folder)) {
      int warmed = 0;
      while (warmed < warm && round(identity, devices, threads).compiling() > COMPILED) {
        warmed++;
      }
      for (int round = 0; round < rounds; round++) {
        ManyAtOnce.Pace pace = round(identity, devices, threads);
        ManyAtOnce.Pace bare = signatures();
        certificates[round] = pace.perSecond();
        micros[round] = pace.micros();
        signatures[round] = bare.perSecond();
        microsOfSigning[round] = bare.micros();
      }
    }
    String reference = "bare P-256 signatures, all cores";
    new Figure(
            "certificate issued, stored and logged",
            "/s",
            certificates,
            reference,
            signatures,
            "≥ 2,000 /s")
        .print();
    new Figure("processor time of one, all of it", "µs", micros, reference, microsOfSigning, "")
        .print();
    PeakMemory.print();
    System.exit(0);
  }

  private static ManyAtOnce.Pace round(BenchIdentity identity, int devices, int threads)
      throws Exception {
    List<Callable<byte[]>> work = new ArrayList<>();
    identity.newcomers(devices).forEach(device -> work.add(() -> identity.enrol(device)));
    return ManyAtOnce.of("certificates", work, threads);
  }

  static int argument(String[] arguments, int place, int usual) {
    return arguments.length > place ? Integer.parseInt(arguments[place]) : usual;
  }

  /** P-256 signatures of the provider that signs for the server, and nothing else. */
  static ManyAtOnce.Pace signatures() throws Exception {
    KeyPair pair = BenchIdentity.keyPair();
    byte[] message = new byte[500];
    Callable<byte[]> one =
        () -> {
          Signature signature = Signature.getInstance("SHA256withECDSA", BenchIdentity.CRYPTO);
          signature.initSign(pair.getPrivate());
          signature.update(message);
          return signature.sign();
        };
    return ManyAtOnce.of(
        "bare P-256 signatures",
        Collections.nCopies(SIGNATURES, one),
        Runtime.getRuntime().availableProcessors());
  }
}
