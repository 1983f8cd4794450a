package org.thingward.ledger;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Time;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.TiledTree;
import org.thingward.verify.log.WitnessPolicy;

/** The witnesses of a policy, asked over HTTP (C2SP tlog-witness), all at once. */
final class WebWitnesses implements Witnesses {
  private static final Logger log = LoggerFactory.getLogger(WebWitnesses.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final WitnessPolicy policy;
  private final LogSource tiles;
  private final HttpClient client;
  private final List<WitnessLink> links = new ArrayList<>();

  /**
   * The witnesses of {@code policy} that have a URL.
   *
   * @param publicFolder the log's tiles, from which it is proved that a checkpoint continues
   *     another
   */
  WebWitnesses(WitnessPolicy policy, Path publicFolder, Time time) {
    this.policy = policy;
    this.tiles = new LogSource.Directory(publicFolder);
    this.client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    Set<URI> urls = new LinkedHashSet<>();
    policy.witnesses().values().forEach(witness -> witness.url().ifPresent(urls::add));
    urls.forEach(url -> links.add(new WitnessLink(url, client, PATIENCE, time)));
  }

  @Override
  public Checkpoint cosigned(Checkpoint head) {
    List<NoteSignature> lines = new ArrayList<>(head.signatures());
    for (List<NoteSignature> answer : each(link -> link.cosign(head, tree(head)))) {
      answer.stream()
          .filter(line -> counts(line, head) && !lines.contains(line))
          .forEach(line -> {
            lines.removeIf(old -> old.keyId() == line.keyId() && old.name().equals(line.name()));
            lines.add(line);
          });
    }
    return head.with(lines.subList(0, Math.min(lines.size(), Checkpoint.MAX_SIGNATURES)));
  }

  private TiledTree tree(Checkpoint head) {
    return new TiledTree(tiles, head.size());
  }

  /** Whether a line is the right cosignature of a witness that the policy names. */
  private boolean counts(NoteSignature line, Checkpoint head) {
    Checkpoint alone = head.with(List.of(line));
    return policy.witnesses().values().stream().anyMatch(w -> alone.signedBy(w.key()));
  }

  @Override
  public boolean suffice(Checkpoint head) {
    return links.isEmpty() || policy.quorum().metBy(Set.copyOf(policy.cosigners(head)));
  }

  @Override
  public void requireNotBehind(Checkpoint head, long durable) {
    List<String> reasons =
        each(link -> link.aheadOf(head, durable).stream().toList()).stream()
            .flatMap(List::stream)
            .toList();
    if (!reasons.isEmpty()) {
      throw new LedgerUnavailable(
          reasons.getFirst()
              + ". The log was shortened, forked, or put back from an old copy: restore the newer"
              + " one. If the witness is wrong, take it out of the witness policy.",
          new IOException("behind a witness"));
    }
  }

  private interface Question<T> {
    T ask(WitnessLink link) throws IOException;
  }

  /** Asks all at once; the answers of those who gave one. */
  private <T> List<T> each(Question<T> question) {
    List<T> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<T>>> asked =
          links.stream().map(link -> threads.submit(() -> answer(question, link))).toList();
      for (Future<Optional<T>> each : asked) {
        each.get().ifPresent(answers::add);
      }
    } catch (ExecutionException e) {
      log.error("a witness could not be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answers;
  }

  private static <T> Optional<T> answer(Question<T> question, WitnessLink link) {
    if (link.rests()) {
      return Optional.empty();
    }
    try {
      T answer = question.ask(link);
      link.answered();
      return Optional.of(answer);
    } catch (IOException | IllegalArgumentException e) {
      link.failed(e);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
