package org.thingward.console;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.thingward.platform.CeremonyRoute.From;
import org.thingward.platform.Place;
import org.thingward.platform.Time;

/**
 * The pace of whoever is not yet known, for each network and kind of caller: who asks without end
 * keeps nobody elsewhere from logging in, nor do programs the pages of their own network.
 */
final class Paces {
  /** Networks of which is remembered how much they asked; the one that asked longest ago goes. */
  static final int MOST = 4096;

  private static final double REQUESTS_PER_SECOND = 20;
  private static final double BURST = 100;

  private record Who(From from, Place network) {}

  private final SequencedMap<Who, Pace> paces = new LinkedHashMap<>(16, 0.75f, true);
  private final Time time;

  Paces(Time time) {
    this.time = time;
  }

  /** Takes one request from what this network may ask; false if that is used up. */
  synchronized boolean admits(From from, Place network) {
    Pace pace =
        paces.computeIfAbsent(
            new Who(from, network), who -> new Pace(REQUESTS_PER_SECOND, BURST, time));
    if (paces.size() > MOST) {
      paces.pollFirstEntry();
    }
    return pace.admits();
  }
}
