package org.thingward.verify.policy;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the part of YAML 1.2 that policies use: mappings, lists and plain values of one document,
 * without anchors, aliases, tags, or a key given twice.
 */
final class Yaml {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 12;
  private static final int MAX_NODES = 100_000;

  private final Iterator<Event> events;
  private final Mistakes mistakes;
  private int nodes;

  private Yaml(Iterator<Event> events, Mistakes mistakes) {
    this.events = events;
    this.mistakes = mistakes;
  }

  /**
   * The document's tree; what can be read past is added to {@code mistakes}.
   *
   * @throws PolicyRefused if it is no YAML
   */
  static Node read(byte[] bytes, Mistakes mistakes) {
    LoadSettings settings =
        LoadSettings.builder().setUseMarks(true).setCodePointLimit(MAX_BYTES).build();
    String text = decode(bytes);
    try {
      Iterator<Event> events = new Parse(settings).parseReader(new StringReader(text)).iterator();
      return new Yaml(events, mistakes).document();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      throw refused(
          mark.map(Mark::getLine).orElse(0) + 1,
          mark.map(Mark::getColumn).orElse(0) + 1,
          "this is no YAML: " + e.getProblem());
    } catch (ReaderException e) {
      int line = 1 + (int) text.codePoints().limit(e.getPosition()).filter(c -> c == '\n').count();
      throw refused(line, 1, "a character that YAML does not allow, number " + e.getCodePoint());
    } catch (YamlEngineException e) {
      throw refused(1, 1, "this is no YAML: " + Mistakes.brief(String.valueOf(e.getMessage())));
    }
  }

  private static String decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw refused(1, 1, "a policy has at most 1 MiB, this has " + bytes.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(buffer)
          .toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw refused(line, 1, "a policy is written in UTF-8; this line is not");
    }
  }

  private Node document() {
    Event event = next();
    while (event.getEventId() == Event.ID.StreamStart) {
      event = next();
    }
    if (event.getEventId() == Event.ID.StreamEnd) {
      throw refused(1, 1, "the policy is empty; begin it with policy-language: 1");
    }
    Node root = node(next(), 0);
    Event end = next();
    Event after = next();
    if (end.getEventId() != Event.ID.DocumentEnd || after.getEventId() != Event.ID.StreamEnd) {
      throw refused(line(after), column(after), "a policy is one document; leave out what follows");
    }
    return root;
  }

  private Node node(Event event, int depth) {
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      throw refused(line(event), column(event), "the policy is nested too deeply or too long");
    }
    if (event instanceof AliasEvent) {
      mistakes.add(place(event), "aliases (*) are not read; write the value again");
      return place(event);
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      mistakes.add(place(event), "anchors (&) are not read; leave it out");
    }
    return switch (event) {
      case ScalarEvent scalar -> {
        refuseTag(event, scalar.getTag());
        yield new Node.Scalar(line(event), column(event), scalar.getValue());
      }
      case CollectionStartEvent collection -> {
        refuseTag(event, collection.getTag());
        yield event.getEventId() == Event.ID.SequenceStart
            ? sequence(event, depth)
            : mapping(event, depth);
      }
      default -> throw refused(line(event), column(event), "this is no YAML that is read here");
    };
  }

  private Node sequence(Event start, int depth) {
    List<Node> items = new ArrayList<>();
    Event event = next();
    while (event.getEventId() != Event.ID.SequenceEnd) {
      items.add(node(event, depth + 1));
      event = next();
    }
    return new Node.Sequence(line(start), column(start), items);
  }

  private Node mapping(Event start, int depth) {
    List<Node.Member> members = new ArrayList<>();
    Map<String, Node> seen = new HashMap<>();
    Event event = next();
    while (event.getEventId() != Event.ID.MappingEnd) {
      Node key = node(event, depth + 1);
      Node value = node(next(), depth + 1);
      if (!(key instanceof Node.Scalar scalar)) {
        mistakes.add(key, "a key is a single word");
      } else if (seen.putIfAbsent(scalar.text(), scalar) != null) {
        int first = seen.getOrDefault(scalar.text(), scalar).line();
        String name = Mistakes.brief(scalar.text());
        mistakes.add(key, "'" + name + "' is given twice, first on line " + first + "; keep one");
      } else {
        members.add(new Node.Member(scalar, value));
      }
      event = next();
    }
    return new Node.Mapping(line(start), column(start), members);
  }

  private void refuseTag(Event event, Optional<String> tag) {
    if (tag.isPresent()) {
      mistakes.add(place(event), "tags (!) are not read; leave it out");
    }
  }

  private Event next() {
    if (!events.hasNext()) {
      throw refused(1, 1, "the policy ends early");
    }
    return events.next();
  }

  private static Node.Scalar place(Event event) {
    return new Node.Scalar(line(event), column(event), "");
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static int column(Event event) {
    return event.getStartMark().map(Mark::getColumn).orElse(0) + 1;
  }

  private static PolicyRefused refused(int line, int column, String message) {
    return new PolicyRefused(List.of(new PolicyError(line, column, message)));
  }
}
