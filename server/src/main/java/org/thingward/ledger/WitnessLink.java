package org.thingward.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;
import org.thingward.verify.log.AddCheckpoint;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.TiledTree;

/** One witness behind a URL: what it has seen, and whether it answers at present. */
final class WitnessLink {
  private static final Logger log = LoggerFactory.getLogger(WitnessLink.class);
  private static final int MAX_ANSWER = 65_536;
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final URI url;
  private final HttpClient client;
  private final Duration patience;
  private final Time time;
  private long seen;
  private boolean failing;
  private long failedAt;

  WitnessLink(URI url, HttpClient client, Duration patience, Time time) {
    this.url = url;
    this.client = client;
    this.patience = patience;
    this.time = time;
  }

  private record Answer(int status, String text) {}

  /** The cosignatures that it gives; who they are by is not checked here. */
  synchronized List<NoteSignature> cosign(Checkpoint head, TiledTree tree) throws IOException {
    Answer answer = ask(seen, head, tree);
    if (answer.status() == 409) {
      seen = size(answer);
      requireNotAhead(head);
      answer = ask(seen, head, tree);
    }
    if (answer.status() != 200) {
      throw new IOException("it answers " + answer.status() + ": " + answer.text().strip());
    }
    seen = head.size();
    return answer.text().lines().map(NoteSignature::parse).toList();
  }

  private void requireNotAhead(Checkpoint head) throws IOException {
    if (seen > head.size()) {
      throw new IOException(
          "it has cosigned %d entries of this log, which has %d".formatted(seen, head.size()));
    }
  }

  /**
   * Why the log must not go on: the witness has seen more of it, or something else.
   *
   * @param head the log's latest checkpoint, of which nothing is proved
   */
  synchronized Optional<String> aheadOf(Checkpoint head, long durable) throws IOException {
    Answer answer = post(new AddCheckpoint(head.size(), List.of(), head));
    seen = answer.status() == 409 ? size(answer) : head.size();
    if (answer.status() != 409 && answer.status() != 200) {
      throw new IOException("it answers " + answer.status() + ": " + answer.text().strip());
    }
    if (seen > durable) {
      return Optional.of(
          "the witness %s has cosigned %d entries of this log, which has %d"
              .formatted(url, seen, durable));
    }
    boolean forked = answer.status() == 409 && seen == head.size();
    return forked
        ? Optional.of(
            "the witness %s has cosigned another history of %d entries".formatted(url, seen))
        : Optional.empty();
  }

  private Answer ask(long old, Checkpoint head, TiledTree tree) throws IOException {
    long from = Math.min(old, head.size());
    return post(new AddCheckpoint(from, tree.consistency(from).path(), head));
  }

  private Answer post(AddCheckpoint request) throws IOException {
    String base = url.toString();
    URI uri = URI.create((base.endsWith("/") ? base : base + "/") + "add-checkpoint");
    HttpRequest post =
        HttpRequest.newBuilder(uri)
            .timeout(patience)
            .POST(BodyPublishers.ofByteArray(request.encode()))
            .build();
    CompletableFuture<Answer> answer =
        client
            .sendAsync(post, HttpResponse.BodyHandlers.ofInputStream())
            .thenApplyAsync(WitnessLink::read);
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("it does not answer within " + patience.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException("it cannot be reached: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Answer read(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readNBytes(MAX_ANSWER);
      return new Answer(response.statusCode(), new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Answer answer) throws IOException {
    String text = answer.text().strip();
    if (!text.matches("0|[1-9][0-9]{0,17}")) {
      throw new IOException("it answers 409 without the size that it has cosigned");
    }
    return Long.parseLong(text);
  }

  /** Whether it failed a short while ago, and is not asked again yet. */
  synchronized boolean rests() {
    return failing && time.nanos() - failedAt < REST_NANOS;
  }

  synchronized void answered() {
    if (failing) {
      log.info("the witness {} answers again", url);
    }
    failing = false;
  }

  synchronized void failed(Exception cause) {
    if (!failing) {
      log.error("the witness {} does not cosign: {}", url, cause.getMessage());
    }
    failing = true;
    failedAt = time.nanos();
  }
}
