package org.thingward.drills;

import java.util.List;
import org.thingward.ledger.Ledger;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;

/** Takes reports of drills, keeps their history, and has runs that are asked for carried out. */
public final class Drills {
  private final Runs runs;
  private final DrillRoutes routes;

  /** Opens the room; reads from the log which runs there were. */
  public Drills(Ledger ledger, Time time, Randomness randomness) {
    Events events = new Events();
    this.runs = new Runs(ledger, time, run -> events.changed(run.toString()));
    this.routes =
        new DrillRoutes(runs, new Runners(time), events, new Views(ledger), time, randomness::id);
  }

  /** What operators and runners may ask. */
  public List<OperatorRoute> routes() {
    return routes.routes();
  }

  /** How many drills got through when they were last run. */
  public int gettingThrough() {
    return (int)
        runs.newest().values().stream()
            .filter(result -> result.outcome() == Outcome.GOT_THROUGH)
            .count();
  }
}
