package org.thingward.assurance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Randomness;
import org.thingward.platform.Reach;
import org.thingward.platform.Time;
import org.thingward.trust.Permission;
import tools.jackson.databind.json.JsonMapper;

/** The room: the inventory of cryptography, asked of all rooms whenever somebody wants it. */
public final class Assurance {
  private final List<Supplier<List<CryptoAsset>>> rooms = new ArrayList<>();
  private final Time time;
  private final Randomness randomness;

  /** Knows of nothing yet. */
  public Assurance(Time time, Randomness randomness) {
    this.time = time;
    this.randomness = randomness;
  }

  /** Takes what a room tells; before anything is asked. */
  public Assurance of(Supplier<List<CryptoAsset>> room) {
    rooms.add(room);
    return this;
  }

  /** What operators reach. */
  public List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET",
            "/crypto/inventory",
            Permission.VIEW,
            Reach.FLEET,
            "crypto.inventory",
            0,
            this::inventory));
  }

  private OperatorResponse inventory(OperatorRequest request) {
    List<CryptoAsset> assets =
        rooms.stream()
            .flatMap(room -> room.get().stream())
            .sorted(
                Comparator.comparing((CryptoAsset asset) -> QuantumThreat.of(asset))
                    .thenComparing(CryptoAsset::kind)
                    .thenComparing(CryptoAsset::name)
                    .thenComparing(CryptoAsset::algorithm))
            .toList();
    return OperatorResponse.json(
        JsonMapper.shared().writeValueAsString(Cbom.of(assets, randomness.id(), time.now())));
  }
}
