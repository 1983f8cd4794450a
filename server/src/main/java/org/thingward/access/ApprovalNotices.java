package org.thingward.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.ImportedCredential;
import org.thingward.trust.CanonicalJson;
import org.thingward.verify.approval.ApprovalRequest;

/**
 * Tells approvers, by a webhook that is configured, that a change waits for them. It names the
 * approval, its kind and how many devices it is about: no person, no device, nothing that was sent.
 * One at a time, tried a few times, and never waited for.
 */
public final class ApprovalNotices implements AutoCloseable {
  /** The header with the HMAC-SHA256 of the body, in hexadecimal. */
  static final String SIGNATURE = "thingward-signature";

  static final int ATTEMPTS = 5;
  private static final int WAITING = 100;
  private static final int SHORTEST_KEY = 16;
  private static final int FORMAT = 1;
  private static final String HMAC = "HmacSHA256";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalNotices.class);

  /** Tells nobody. */
  public static final ApprovalNotices NONE = new ApprovalNotices(Optional.empty());

  /**
   * Who is told.
   *
   * @param pause after the first failed attempt; twice as long after each further one
   */
  private record Receiver(URI url, SecretKeySpec key, Duration pause) {}

  private final Optional<Receiver> receiver;
  private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(WAITING);
  private final AtomicLong lost = new AtomicLong();
  // No redirect is followed: what is configured is who is told.
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Thread teller;

  /**
   * Tells {@code url}, signed by {@code key}.
   *
   * @throws IllegalArgumentException if the key is too short, or is one that anybody tries or finds
   */
  public static ApprovalNotices to(URI url, byte[] key, Duration pause) {
    if (key.length < SHORTEST_KEY) {
      throw new IllegalArgumentException("a key of " + SHORTEST_KEY + " bytes at least is needed");
    }
    requireNoDefault(key);
    return new ApprovalNotices(Optional.of(new Receiver(url, new SecretKeySpec(key, HMAC), pause)));
  }

  /** One signed notice is enough to try keys against, as fast as machines allow. */
  private static void requireNoDefault(byte[] key) {
    new ImportedCredential(
            "this key",
            "make another, e.g. with openssl rand -hex 32",
            ImportedCredential.Floor.REFUSED)
        .require("", new String(key, StandardCharsets.ISO_8859_1));
  }

  private ApprovalNotices(Optional<Receiver> receiver) {
    this.receiver = receiver;
    this.teller =
        Thread.ofVirtual()
            .name("approval-notices")
            .unstarted(() -> receiver.ifPresent(this::tellAll));
    if (receiver.isPresent()) {
      teller.start();
    }
  }

  /** A change waits from now on. Returns at once; what cannot be kept is counted as lost. */
  void waits(ApprovalRequest request) {
    if (receiver.isEmpty()) {
      return;
    }
    ApprovalRequest.Effect effect = request.effect();
    byte[] body =
        CanonicalJson.encode(
            Map.of(
                "thingward-notice",
                FORMAT,
                "event",
                "approval-waiting",
                "approval",
                request.id().toString(),
                "verb",
                request.change().verb(),
                "because",
                request.because(),
                "raised",
                effect.raised(),
                "lowered",
                effect.lowered(),
                "asked",
                request.asked().toString(),
                "expires",
                request.expires().toString()));
    if (!waiting.offer(body)) {
      lost(request.id() + ": too many wait to be told");
    }
  }

  /** How many were told to nobody, since the start. */
  public long lost() {
    return lost.get();
  }

  private void lost(String why) {
    lost.incrementAndGet();
    LOG.warn("The approval webhook was not told of a change that waits: {}", why);
  }

  private void tellAll(Receiver to) {
    try {
      while (true) {
        tell(to, waiting.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Receiver to, byte[] body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(to.url())
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header(SIGNATURE, "sha256=" + HexFormat.of().formatHex(sign(to.key(), body)))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    String failed = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) {
        TimeUnit.NANOSECONDS.sleep(to.pause().multipliedBy(1L << (attempt - 1)).toNanos());
      }
      try {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status / 100 == 2) {
          return;
        }
        failed = "it answered " + status;
      } catch (IOException e) {
        failed = e.getClass().getSimpleName();
      }
    }
    lost(failed);
  }

  static byte[] sign(SecretKeySpec key, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  @Override
  public void close() {
    teller.interrupt();
    client.shutdownNow();
  }
}
