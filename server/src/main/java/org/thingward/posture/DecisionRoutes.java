package org.thingward.posture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.thingward.ledger.Ledger;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.platform.RedTeam;
import org.thingward.trust.Permission;

/** What operators see of decisions: a list, and a stream of those to come. */
final class DecisionRoutes {
  // Of a scope that hides most, a page may be short: its cursor goes on.
  private static final int LOOKED_AT_ONCE = 500;
  private static final int MOST_LOOKED_AT = 20_000;

  private final DecisionStore store;
  private final DecisionTail tail;
  private final Ledger ledger;

  DecisionRoutes(DecisionStore store, DecisionLog log, Ledger ledger) {
    this.store = store;
    this.tail = new DecisionTail(store, log, ledger);
    this.ledger = ledger;
  }

  List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
                "GET",
                "/decisions",
                Permission.VIEW,
                Reach.FILTERED,
                "decision.list",
                0,
                this::list)
            .forDrills(request -> RedTeam.ownsSubject(request.query().getOrDefault("subject", ""))),
        new OperatorRoute(
            "GET",
            "/decisions/events",
            Permission.VIEW,
            Reach.FILTERED,
            "decision.tail",
            0,
            tail::answer));
  }

  private OperatorResponse list(OperatorRequest request) {
    Map<String, String> query = request.query();
    int limit = Page.limit(query);
    int atOnce = request.scope().isEverywhere() ? limit : LOOKED_AT_ONCE;
    long before = Page.number(query, "cursor", Long.MAX_VALUE);
    List<String> items = new ArrayList<>();
    for (int looked = 0; looked < MOST_LOOKED_AT; looked += atOnce) {
      List<DecisionStore.Listed> rows =
          store.list(
              query.getOrDefault("subject", ""), query.getOrDefault("verdict", ""), before, atOnce);
      for (DecisionStore.Listed row : rows) {
        before = row.number();
        if (request.sees(row.subject())) {
          items.add(item(row.stored()));
        }
        if (items.size() == limit) {
          return Page.of(items, Long.toString(before));
        }
      }
      if (rows.size() < atOnce) {
        return Page.of(items, "");
      }
    }
    return Page.of(items, Long.toString(before));
  }

  private String item(Stored stored) {
    return Page.item(stored.canonical(), stored.receipt(), ledger.index(stored.receipt()));
  }
}
