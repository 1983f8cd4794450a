package org.thingward.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A random but valid conversation of several clients, the same for the same seed. */
final class Conversation {
  static final int CLIENTS = 4;
  private static final int STEPS = 60;
  private static final int ALIASES = 5;
  private static final String[] LEVELS = {"a", "b", "", "é", "long level"};

  private final Random random;
  private final List<Step> steps = new ArrayList<>();
  private final boolean aliases;
  private final boolean[] present = new boolean[CLIENTS];
  private final boolean[] hasWill = new boolean[CLIENTS];
  private final List<Map<Integer, String>> known = new ArrayList<>();

  private Conversation(long seed, boolean aliases) {
    this.random = new Random(seed);
    this.aliases = aliases;
    for (int i = 0; i < CLIENTS; i++) {
      known.add(new HashMap<>());
    }
  }

  /** Which version a client speaks, 4 or 5. */
  static int level(int client) {
    return client % 2 == 0 ? 5 : 4;
  }

  /**
   * All steps of the conversation with this seed.
   *
   * @param aliases whether topic aliases may occur
   */
  static List<Step> of(long seed, boolean aliases) {
    Conversation made = new Conversation(seed, aliases);
    while (made.steps.size() < STEPS) {
      made.next(made.random.nextInt(CLIENTS));
    }
    return made.steps;
  }

  private void next(int client) {
    if (!present[client]) {
      join(client);
      return;
    }
    switch (random.nextInt(12)) {
      case 0 -> leave(client);
      case 1, 2 -> steps.add(new Step.Ask(client, filters(), options(client), identifier(client)));
      case 3 -> steps.add(new Step.Forget(client, filter()));
      case 4 -> steps.add(new Step.Begin(client, topic(), text()));
      case 5 -> steps.add(new Step.Complete(client));
      default -> say(client);
    }
  }

  private void join(int client) {
    present[client] = true;
    hasWill[client] = random.nextBoolean();
    known.get(client).clear();
    steps.add(
        new Step.Join(
            client,
            random.nextInt(3) == 0,
            random.nextInt(3) != 0,
            random.nextInt(4) != 0,
            hasWill[client] ? Optional.of("will " + steps.size()) : Optional.empty()));
  }

  private void leave(int client) {
    present[client] = false;
    if (hasWill[client] && random.nextBoolean()) {
      steps.add(new Step.Break(client));
    } else {
      steps.add(new Step.Leave(client, level(client) == 5 && hasWill[client] && chance(2)));
    }
  }

  private void say(int client) {
    String topic = topic();
    int alias = 0;
    boolean isKnown = false;
    if (aliases && level(client) == 5 && chance(3)) {
      alias = 1 + random.nextInt(ALIASES);
      String before = known.get(client).get(alias);
      isKnown = before != null && chance(2);
      topic = isKnown ? before : topic;
      known.get(client).put(alias, topic);
    }
    String properties = level(client) == 5 ? properties() : "";
    steps.add(
        new Step.Say(
            client, topic, random.nextInt(3), chance(4), alias, isKnown, properties, text()));
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private String properties() {
    return (chance(3) ? "0101" : "")
        + (chance(3) ? "03" + RawClient.text("text/plain") : "")
        + (chance(4) ? "08" + RawClient.text("t/answers") : "")
        + (chance(4) ? "09" + "0003010203" : "")
        + (chance(3) ? "26" + RawClient.text("k") + RawClient.text("v" + steps.size()) : "");
  }

  private int options(int client) {
    int qos = random.nextInt(3);
    return level(client) == 4
        ? qos
        : qos | (chance(3) ? 4 : 0) | (chance(3) ? 8 : 0) | random.nextInt(3) << 4;
  }

  private int identifier(int client) {
    return level(client) == 5 && chance(2) ? 1 + random.nextInt(300) : 0;
  }

  private List<String> filters() {
    List<String> filters = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      filters.add(filter());
    }
    return filters.stream().distinct().toList();
  }

  private String text() {
    return chance(8) ? "" : "message " + steps.size();
  }

  private String topic() {
    return "t/" + levels(false);
  }

  private String filter() {
    if (chance(10)) {
      return "#";
    }
    return (chance(4) ? "+/" : "t/") + levels(true) + (chance(3) ? "/#" : "");
  }

  private String levels(boolean wildcards) {
    List<String> levels = new ArrayList<>();
    for (int i = random.nextInt(2); i >= 0; i--) {
      levels.add(wildcards && chance(3) ? "+" : LEVELS[random.nextInt(LEVELS.length)]);
    }
    return String.join("/", levels);
  }
}
