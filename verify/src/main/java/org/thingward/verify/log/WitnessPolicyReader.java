package org.thingward.verify.log;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.verify.log.WitnessPolicy.Quorum;
import org.thingward.verify.log.WitnessPolicy.Witness;

/** Reads the text of a witness policy: C2SP tlog-policy, of which it takes UTF-8 alone. */
public final class WitnessPolicyReader {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_LINES = 1_024;
  private static final int MAX_URL = 2_048;

  private final List<VerifierKey> logs = new ArrayList<>();
  private final Map<String, Witness> witnesses = new LinkedHashMap<>();
  private final Map<String, Quorum> names = new LinkedHashMap<>();
  private final Set<String> members = new HashSet<>();
  private Optional<Quorum> quorum = Optional.empty();

  private WitnessPolicyReader() {}

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException naming the line and what is wrong with it
   */
  public static WitnessPolicy read(byte[] text) {
    WitnessPolicyReader reader = new WitnessPolicyReader();
    String[] lines = lines(text);
    for (int i = 0; i < lines.length; i++) {
      try {
        reader.line(lines[i].strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    Quorum quorum =
        reader.quorum.orElseThrow(
            () -> new IllegalArgumentException("a witness policy has a line 'quorum NAME'"));
    return new WitnessPolicy(reader.logs, reader.witnesses, quorum);
  }

  private static String[] lines(byte[] text) {
    if (text.length > MAX_BYTES) {
      throw new IllegalArgumentException("a witness policy has at most 1 MiB");
    }
    for (byte octet : text) {
      if (octet >= 0 && octet < 0x20 && octet != '\t' && octet != '\n' || octet == 0x7f) {
        throw new IllegalArgumentException(
            "a witness policy has no control characters but tab and newline");
      }
    }
    String[] lines = utf8(text).split("\n", -1);
    if (lines.length > MAX_LINES) {
      throw new IllegalArgumentException("a witness policy has at most 1024 lines");
    }
    return lines;
  }

  private static String utf8(byte[] text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a witness policy is UTF-8 text", e);
    }
  }

  private void line(String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    String[] words = line.split("[ \t]+");
    switch (words[0]) {
      case "log" -> log(words);
      case "witness" -> witness(words);
      case "group" -> group(words);
      case "quorum" -> quorum(words);
      default ->
          throw new IllegalArgumentException(
              "'%s' is no log, witness, group or quorum".formatted(shortened(words[0])));
    }
  }

  private void log(String[] words) {
    requireWords(words, 2, 3, "log VKEY [URL]");
    VerifierKey key = VerifierKey.parse(words[1]);
    if (key.algorithm() == NoteAlgorithm.ED25519_COSIGNATURE) {
      throw new IllegalArgumentException("this is the key of a witness, not of a log");
    }
    requireNew(key, logs);
    logs.add(key);
  }

  private void witness(String[] words) {
    requireWords(words, 3, 4, "witness NAME VKEY [URL]");
    VerifierKey key = VerifierKey.parse(words[2]);
    if (!key.algorithm().isDated()) {
      throw new IllegalArgumentException(
          "a witness cosigns with Ed25519 of type 4 or with ML-DSA-44, not with a plain Ed25519");
    }
    requireNew(key, witnesses.values().stream().map(Witness::key).toList());
    define(words[1], new Quorum.One(words[1]));
    Optional<URI> url = words.length == 4 ? Optional.of(url(words[3])) : Optional.empty();
    witnesses.put(words[1], new Witness(words[1], key, url));
  }

  private void group(String[] words) {
    requireWords(words, 4, MAX_LINES, "group NAME all|any|NUMBER NAME...");
    List<Quorum> of = new ArrayList<>();
    for (String name : List.of(words).subList(3, words.length)) {
      of.add(defined(name));
      if (!members.add(name)) {
        throw new IllegalArgumentException(shortened(name) + " is a member twice");
      }
    }
    define(words[1], new Quorum.AtLeast(words[1], threshold(words[2], of.size()), of));
  }

  private static int threshold(String word, int members) {
    return switch (word) {
      case "any" -> 1;
      case "all" -> members;
      default -> {
        boolean number = word.matches("[1-9][0-9]{0,3}");
        if (!number || Integer.parseInt(word) > members) {
          throw new IllegalArgumentException(
              "a threshold is all, any, or a number from 1 to " + members);
        }
        yield Integer.parseInt(word);
      }
    };
  }

  private void quorum(String[] words) {
    requireWords(words, 2, 2, "quorum NAME");
    if (quorum.isPresent()) {
      throw new IllegalArgumentException("there is one quorum");
    }
    quorum = Optional.of(words[1].equals("none") ? new Quorum.None() : defined(words[1]));
  }

  private void define(String name, Quorum as) {
    if (name.equals("none") || names.putIfAbsent(name, as) != null) {
      throw new IllegalArgumentException(shortened(name) + " is defined already");
    }
  }

  private Quorum defined(String name) {
    Quorum named = names.get(name);
    if (named == null) {
      throw new IllegalArgumentException("no line above defines " + shortened(name));
    }
    return named;
  }

  private static void requireNew(VerifierKey key, List<VerifierKey> known) {
    if (known.stream().anyMatch(each -> Arrays.equals(each.raw(), key.raw()))) {
      throw new IllegalArgumentException("this key stands on a line above already");
    }
  }

  private static void requireWords(String[] words, int least, int most, String form) {
    if (words.length < least || words.length > most) {
      throw new IllegalArgumentException("it reads: " + form);
    }
  }

  private static URI url(String word) {
    try {
      URI url = new URI(word);
      String scheme = String.valueOf(url.getScheme());
      if (word.length() <= MAX_URL && scheme.matches("https?") && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("this is no URL: " + e.getReason(), e);
    }
    throw new IllegalArgumentException("a URL begins with https:// or http://");
  }

  private static String shortened(String word) {
    return word.length() <= 40 ? word : word.substring(0, 40) + "…";
  }
}
