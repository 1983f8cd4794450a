package org.thingward.platform;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Starts and supervises child processes; ends them, last started first. */
public final class Children implements AutoCloseable {
  private final Path logs;
  private final Time time;
  private final Confinement confinement;
  private final List<Child> children = new CopyOnWriteArrayList<>();

  /**
   * Nothing runs yet.
   *
   * @param logs the folder for their output, one file each
   */
  public Children(Path logs, Time time) {
    this(logs, time, Confinement.available());
  }

  Children(Path logs, Time time, Confinement confinement) {
    this.logs = logs;
    this.time = time;
    this.confinement = confinement;
  }

  /** With whose privileges children run, if nothing stands in the way. */
  public Confinement confinement() {
    return confinement;
  }

  /**
   * Prepares a child's folder for it, and finds out with whose privileges it can run.
   *
   * @param user the user it is if it has one of its own
   * @param folder what it may write; exists
   * @param programs what it must be able to read
   */
  public Confined confine(ChildUser user, Path folder, Path... programs) {
    return Confined.of(confinement, user, folder, List.of(programs));
  }

  /**
   * Starts a child and supervises it from then on.
   *
   * @throws IllegalStateException if it cannot be started at all
   */
  public Child start(ChildPlan plan) {
    List<String> prefix = plan.confined().prefix(plan.stopSignal());
    Child child = new Child(plan, prefix, logs.resolve(plan.name() + ".log"), time);
    child.start();
    children.add(child);
    return child;
  }

  /** How often a child had to be started again after it had ended by itself, of all. */
  public int restarts() {
    return children.stream().mapToInt(child -> child.starts() - 1).sum();
  }

  @Override
  public void close() {
    children.reversed().forEach(Child::close);
  }
}
