package org.thingward.platform;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Collects what was given, from flags and from a file, each value with the place it stands at. */
final class SettingsReader {
  /**
   * A value.
   *
   * @param where its place, to begin a message with, e.g. {@code --mqtt-port:}
   */
  record Given(String value, String where) {}

  private static final long MAX_FILE = 64 << 10;
  private static final int MAX_DEPTH = 4;
  private static final LoadSettings LIMITS =
      LoadSettings.builder().setMaxAliasesForCollections(0).build();

  private SettingsReader() {}

  static Map<SettingKey, List<Given>> read(List<String> arguments) {
    Map<SettingKey, List<Given>> flags = flags(arguments);
    List<Given> file = flags.getOrDefault(SettingKey.CONFIG, List.of());
    if (!file.isEmpty()) {
      file(path(file.getLast())).forEach(flags::putIfAbsent);
    }
    return flags;
  }

  /** The file or folder that a value names. */
  static Path path(Given given) {
    try {
      return Path.of(given.value());
    } catch (InvalidPathException e) {
      throw new SettingsRefused(given.where() + " this is no path: " + e.getReason() + ".");
    }
  }

  private static Map<SettingKey, List<Given>> flags(List<String> arguments) {
    Map<SettingKey, List<Given>> given = new EnumMap<>(SettingKey.class);
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        throw new SettingsRefused("'" + argument + "' is no setting; settings begin with --.");
      }
      int equals = argument.indexOf('=');
      String word = argument.substring(2, equals < 0 ? argument.length() : equals);
      SettingKey key = SettingKey.ofWord(word, argument + ":");
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (key.isFlag()) {
        value = "yes";
      } else if (i + 1 < arguments.size()) {
        value = arguments.get(++i);
      } else {
        throw new SettingsRefused("--" + word + ": a value must follow.");
      }
      given
          .computeIfAbsent(key, none -> new ArrayList<>())
          .add(new Given(value, "--" + word + ":"));
    }
    return given;
  }

  private static Map<SettingKey, List<Given>> file(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new SettingsRefused(file + ": a settings file has at most " + MAX_FILE + " bytes.");
      }
      String text = Files.readString(file);
      requireFlat(file, text);
      Optional<Node> root = new Compose(LIMITS).composeString(text);
      return root.isEmpty() ? Map.of() : settings(file, root.get());
    } catch (MarkedYamlEngineException e) {
      throw new SettingsRefused(place(file, e.getProblemMark()) + " " + e.getProblem() + ".");
    } catch (YamlEngineException e) {
      throw new SettingsRefused(file + ": " + e.getMessage());
    } catch (CharacterCodingException e) {
      throw new SettingsRefused(file + ": a settings file is written in UTF-8; this one is not.");
    } catch (IOException e) {
      throw new SettingsRefused("--config: " + file + " cannot be read.");
    }
  }

  /** Before nodes are made of it: what is nested deeply would exhaust the stack. */
  private static void requireFlat(Path file, String text) {
    int depth = 0;
    for (Event event : new Parse(LIMITS).parseString(text)) {
      switch (event) {
        case AliasEvent alias ->
            throw new SettingsRefused(
                place(file, alias.getStartMark())
                    + " aliases (*) are not read; write the value again.");
        case CollectionStartEvent start -> {
          if (++depth > MAX_DEPTH) {
            throw new SettingsRefused(
                place(file, start.getStartMark()) + " a single value belongs here.");
          }
        }
        case CollectionEndEvent end -> depth--;
        default -> {
          // Values and the ends of documents nest nothing.
        }
      }
    }
  }

  private static Map<SettingKey, List<Given>> settings(Path file, Node root) {
    if (!(root instanceof MappingNode mapping)) {
      throw new SettingsRefused(
          place(file, root.getStartMark())
              + " a settings file holds lines like 'https-port: 8443'.");
    }
    Map<SettingKey, List<Given>> given = new EnumMap<>(SettingKey.class);
    for (NodeTuple entry : mapping.getValue()) {
      String where = place(file, entry.getKeyNode().getStartMark());
      SettingKey key = SettingKey.ofWord(scalar(file, entry.getKeyNode()).value(), where);
      if (given.put(key, values(file, entry.getValueNode())) != null) {
        throw new SettingsRefused(where + " '" + key.word() + "' is set twice.");
      }
    }
    return given;
  }

  private static List<Given> values(Path file, Node node) {
    return node instanceof SequenceNode sequence
        ? sequence.getValue().stream().map(each -> scalar(file, each)).toList()
        : List.of(scalar(file, node));
  }

  private static Given scalar(Path file, Node node) {
    if (node instanceof ScalarNode scalar) {
      return new Given(scalar.getValue(), place(file, node.getStartMark()));
    }
    throw new SettingsRefused(place(file, node.getStartMark()) + " a single value belongs here.");
  }

  private static String place(Path file, Optional<Mark> mark) {
    return mark.map(at -> file + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1) + ":")
        .orElse(file + ":");
  }
}
