package org.thingward.platform;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Group commit: work of many callers in one transaction. While one batch is on its way, the next
 * gathers; the caller that has waited longest carries it out for all in it. A batch that fails is
 * done again by each of its callers alone, so that none fails for what another asked. Work must
 * therefore bear being repeated after a commit whose answer was lost.
 *
 * @param <Q> what a caller asks
 * @param <A> what it is answered
 */
public final class GroupCommit<Q, A> {
  private final int lanes;
  private final int most;
  private final Function<List<Q>, List<A>> work;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting<Q, A>> gathering = new ArrayDeque<>();
  private int busy;

  /**
   * Made by {@link Database#groupCommit} and {@link Database#together}.
   *
   * @param lanes how many batches may be on their way at once
   * @param most how many callers a batch takes
   * @param work answers each request, in order
   */
  GroupCommit(int lanes, int most, Function<List<Q>, List<A>> work) {
    this.lanes = lanes;
    this.most = most;
    this.work = work;
  }

  /** What a caller that waits is told. */
  private sealed interface Turn<Q, A> {
    /** Carry this batch out: you are its first. */
    record Lead<Q, A>(List<Waiting<Q, A>> batch) implements Turn<Q, A> {}

    /** Your answer. */
    record Done<Q, A>(A answer) implements Turn<Q, A> {}

    /** The batch failed: do yours alone. */
    record Alone<Q, A>() implements Turn<Q, A> {}
  }

  private record Waiting<Q, A>(Q request, CompletableFuture<Turn<Q, A>> turn) {}

  /**
   * Does the work for {@code request}; returns once it is committed, or, if a transaction is around
   * the call, once it is part of that.
   */
  public A submit(Q request) {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      return alone(request);
    }
    Waiting<Q, A> mine = new Waiting<>(request, new CompletableFuture<>());
    Optional<List<Waiting<Q, A>>> free = join(mine);
    Turn<Q, A> turn = free.isPresent() ? new Turn.Lead<>(free.get()) : mine.turn().join();
    return switch (turn) {
      case Turn.Lead<Q, A>(List<Waiting<Q, A>> batch) ->
          lead(batch).orElseGet(() -> alone(request));
      case Turn.Done<Q, A>(A answer) -> answer;
      case Turn.Alone<Q, A> failed -> alone(request);
    };
  }

  private A alone(Q request) {
    return work.apply(List.of(request)).getFirst();
  }

  /** The batch to begin at once if a lane is free; else {@code mine} waits for its turn. */
  private Optional<List<Waiting<Q, A>>> join(Waiting<Q, A> mine) {
    lock.lock();
    try {
      if (busy < lanes) {
        busy++;
        return Optional.of(List.of(mine));
      }
      gathering.add(mine);
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** The first one's answer; empty if the batch failed. */
  private Optional<A> lead(List<Waiting<Q, A>> batch) {
    List<A> answers = List.of();
    try {
      answers = work.apply(batch.stream().map(Waiting::request).toList());
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        throw e;
      }
    } finally {
      passOn();
      for (int i = 1; i < batch.size(); i++) {
        boolean answered = answers.size() == batch.size();
        batch
            .get(i)
            .turn()
            .complete(answered ? new Turn.Done<>(answers.get(i)) : new Turn.Alone<>());
      }
    }
    return answers.stream().findFirst();
  }

  /** Hands this lane to the caller that has waited longest, with those that wait behind it. */
  private void passOn() {
    lock.lock();
    try {
      if (gathering.isEmpty()) {
        busy--;
        return;
      }
      List<Waiting<Q, A>> next = new ArrayList<>();
      while (!gathering.isEmpty() && next.size() < most) {
        next.add(gathering.remove());
      }
      next.getFirst().turn().complete(new Turn.Lead<>(next));
    } finally {
      lock.unlock();
    }
  }
}
