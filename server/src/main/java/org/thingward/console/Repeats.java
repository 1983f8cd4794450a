package org.thingward.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.thingward.platform.Database;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/** Carries out a request with an idempotency key once, however often it arrives. */
final class Repeats {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.:-]{8,128}");
  private static final int REMEMBERED = 1_000;
  private static final long STORAGE_MILLIS = 500;
  private static final int LARGEST = 1 << 16;

  private final RepeatStore store;
  // Answers of this run, so that a client whose connection broke gets the same one again.
  private final Map<String, Answer> answers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > REMEMBERED;
        }
      };

  Repeats(Database database, Time time) {
    this.store = new RepeatStore(database, time);
  }

  /**
   * The answer of {@code work}, or of the request that used this key before.
   *
   * @throws Problem 400 if the key is malformed, 409 if its request is under way or its answer is
   *     not known any more, 422 if it was used for another request
   */
  Answer once(String operator, String key, Digest request, Supplier<Answer> work) {
    if (!KEY.matcher(key).matches()) {
      throw new Problem(
          400, "idempotency-key", "An Idempotency-Key has 8 to 128 letters, digits or _ . : -");
    }
    Optional<RepeatStore.Begun> before = store.claim(operator, key, request);
    if (before.isPresent()) {
      return repeated(operator + "/" + key, before.get(), request);
    }
    Answer answer;
    try {
      answer = work.get();
    } catch (RuntimeException e) {
      if (Problem.of(e).status() < 500) {
        store.release(operator, key);
      }
      throw e;
    }
    store.finish(operator, key, answer.status(), Digest.of(answer.body()));
    if (answer.body().length <= LARGEST) {
      synchronized (answers) {
        answers.put(operator + "/" + key, answer);
      }
    }
    return answer;
  }

  /**
   * As {@link #once}, for work that waits for no storage (rule T6): if the database fails, or says
   * nothing for a moment, the work is done all the same, and still once.
   */
  Answer onceAndSoon(String operator, String key, Digest request, Supplier<Answer> work) {
    Once urgent = new Once(work);
    CompletableFuture<Answer> remembered = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("repeats")
        .start(() -> {
          try {
            remembered.complete(once(operator, key, request, urgent));
          } catch (RuntimeException e) {
            remembered.completeExceptionally(e);
          }
        });
    try {
      return remembered.get(STORAGE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return urgent.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure
          && !(failure instanceof DataAccessException)) {
        throw failure;
      }
      return urgent.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return urgent.get();
    }
  }

  /** Does its work for the first who asks; the others wait for it, and get the same. */
  private static final class Once implements Supplier<Answer> {
    private final FutureTask<Answer> task;

    Once(Supplier<Answer> work) {
      this.task = new FutureTask<>(work::get);
    }

    @Override
    public Answer get() {
      task.run();
      try {
        return task.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the order is carried out", e);
      }
    }
  }

  private Answer repeated(String name, RepeatStore.Begun before, Digest request) {
    if (!before.request().equals(request)) {
      throw new Problem(
          422, "idempotency-key-reused", "This Idempotency-Key was used for another request.");
    }
    synchronized (answers) {
      Answer answer = answers.get(name);
      if (answer != null) {
        return answer;
      }
    }
    if (before.response().isEmpty()) {
      throw new Problem(
          409,
          "in-progress",
          "The request with this Idempotency-Key began at %s and has not ended; look at the state before trying with a new key."
              .formatted(before.at()));
    }
    throw new Problem(
        409,
        "already-done",
        "The request with this Idempotency-Key was answered %d at %s; its answer is not kept."
            .formatted(before.status(), before.at()),
        Map.of("response", before.response().get().toString()));
  }
}
