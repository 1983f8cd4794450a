package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private Database database;

  @BeforeEach
  void open() {
    database = TestDatabase.empty();
    database.migrate("sample");
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  @Test
  void what_gathers_while_a_batch_is_written_is_written_in_one_transaction_and_answered_each()
      throws Exception {
    GroupCommit<Integer, String> together = database.groupCommit(100, this::insertPatiently);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        int id = i;
        answers.add(threads.submit(() -> together.submit(id)));
      }
      release.countDown();
      for (int i = 0; i < 50; i++) {
        assertThat(answers.get(i).get()).isEqualTo("thing " + i);
      }
    }
    assertThat(rows()).isEqualTo(50);
    assertThat(batches).hasSizeLessThan(50);
    assertThat(batches.stream().mapToInt(List::size).max().orElseThrow()).isGreaterThan(1);
  }

  @Test
  void one_that_fails_does_not_fail_those_in_the_same_batch() throws Exception {
    GroupCommit<Integer, String> together = database.groupCommit(100, this::insertPatiently);
    database.jdbc().sql("INSERT INTO sample.thing VALUES (7, 'taken')").update();
    List<Callable<String>> work = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int id = i;
      work.add(() -> together.submit(id));
    }
    release.countDown();
    int failed = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> answer : threads.invokeAll(work)) {
        failed += answer.state() == Future.State.FAILED ? 1 : 0;
      }
    }
    assertThat(failed).isEqualTo(1);
    assertThat(rows()).isEqualTo(20);
  }

  @Test
  void within_a_transaction_work_is_part_of_it_and_of_no_batch() {
    GroupCommit<Integer, String> together = database.groupCommit(100, this::insertPatiently);
    release.countDown();
    assertThatThrownBy(() ->
            database.inTransaction(() -> {
              assertThat(together.submit(1)).isEqualTo("thing 1");
              throw new IllegalStateException("undone");
            }))
        .hasMessage("undone");
    assertThat(rows()).isZero();
  }

  private List<String> insertPatiently(List<Integer> ids) {
    batches.add(ids);
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    for (int id : ids) {
      database.jdbc().sql("INSERT INTO sample.thing VALUES (?, ?)").params(id, "x").update();
    }
    return ids.stream().map(id -> "thing " + id).toList();
  }

  private int rows() {
    return database.jdbc().sql("SELECT count(*) FROM sample.thing").query(Integer.class).single();
  }
}
