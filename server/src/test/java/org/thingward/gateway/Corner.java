package org.thingward.gateway;

import java.util.List;
import java.util.function.Consumer;

/**
 * A corner of the protocol, and what is to be seen in it.
 *
 * @param rule the rule that settles it
 * @param what the situation, for a reader who knows MQTT
 * @param silencing whether what names a contraindicated device is silenced (rule G7)
 * @param script what happens; notes what is seen
 * @param in311 what is to be seen in MQTT 3.1.1, by QoS or once for all; empty where the version
 *     does not have it
 * @param in5 the same for MQTT 5
 */
record Corner(
    String rule,
    String what,
    boolean silencing,
    Consumer<Scene> script,
    List<String> in311,
    List<String> in5) {

  /** One that QoS has no part in. */
  static Corner of(String rule, String what, Consumer<Scene> script, String in311, String in5) {
    return new Corner(rule, what, false, script, once(in311), once(in5));
  }

  /** One that is seen at each QoS; an empty text where a QoS does not have it. */
  static Corner byQos(
      String rule, String what, Consumer<Scene> script, List<String> in311, List<String> in5) {
    return new Corner(rule, what, false, script, in311, in5);
  }

  private static List<String> once(String text) {
    return text.isEmpty() ? List.of() : List.of(text);
  }

  /** What is to be seen in this version, by QoS or once for all. */
  List<String> expected(int level) {
    return level == 4 ? in311 : in5;
  }
}
