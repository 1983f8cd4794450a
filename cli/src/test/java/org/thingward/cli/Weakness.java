package org.thingward.cli;

import java.nio.file.Path;
import org.thingward.drill.Attack;

/**
 * One layer of the defence, taken out of the source: what a fault in that layer would be like.
 *
 * @param drill the attack that this layer stops
 * @param layer the layer
 * @param source where it is decided, from the project's folder
 * @param from the text that decides it; it stands there exactly once
 * @param to what it decides nothing by
 */
record Weakness(String drill, Attack.Layer layer, Path source, String from, String to) {
  static Weakness of(String drill, Attack.Layer layer, String source, String from, String to) {
    return new Weakness(drill, layer, Path.of(source), from, to);
  }

  /** The module whose build it changes. */
  String module() {
    return source.getName(0).toString();
  }

  @Override
  public String toString() {
    return drill + " without " + layer.word();
  }
}
