package org.thingward.platform;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds the route that a method and a path lead to. Built once; a fixed segment goes before a
 * variable. A last segment {@code {name...}} stands for all the rest of the path, whose segments
 * may hold an escaped slash: for what is no file name, e.g. base64.
 *
 * @param <R> what a route leads to
 */
public final class Routes<R> {
  /** A route that was found, and the values of its path's variables. */
  public record Match<R>(R route, Map<String, String> variables) {
    public Match {
      variables = Map.copyOf(variables);
    }
  }

  private record Place<R>(List<String> segments, Map<String, R> byMethod) {}

  private static final int MAX_PATH = 1024;
  private static final String REST = "...";
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~!$'()*+,;=:@%-]+");

  private final List<Place<R>> places;

  private Routes(List<Place<R>> places) {
    this.places = List.copyOf(places);
  }

  /** Collects routes. */
  public static final class Builder<R> {
    private final Map<String, Place<R>> byShape = new TreeMap<>();

    /**
     * Adds one.
     *
     * @throws IllegalArgumentException if the same method and path lead elsewhere already
     */
    public Builder<R> add(String method, String path, R route) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("a path begins with /, not as " + path);
      }
      List<String> segments = List.of(path.substring(1).split("/"));
      Place<R> place =
          byShape.computeIfAbsent(
              path.replaceAll("\\{[^}]*}", "{}"), shape -> new Place<>(segments, new TreeMap<>()));
      if (!place.segments().equals(segments) || place.byMethod().put(method, route) != null) {
        throw new IllegalArgumentException("two routes for " + method + " " + path);
      }
      return this;
    }

    public Routes<R> build() {
      List<Place<R>> places = new ArrayList<>(byShape.values());
      places.sort(Comparator.comparing(place -> shape(place.segments())));
      return new Routes<>(places);
    }

    private static String shape(List<String> segments) {
      StringBuilder shape = new StringBuilder();
      segments.forEach(segment -> shape.append(isVariable(segment) ? '1' : '0'));
      return shape.toString();
    }
  }

  /**
   * The route for {@code method} and {@code path} (as sent, without the query).
   *
   * @throws Problem 400 if the path is malformed, 404 if there is nothing, 405 if only for another
   *     method
   */
  public Match<R> find(String method, String path) {
    List<String> segments = segments(path);
    boolean slashes = segments.stream().anyMatch(segment -> segment.contains("/"));
    Set<String> others = new TreeSet<>();
    for (Place<R> place : places) {
      if (!leadsTo(place.segments(), segments) || (slashes && !takesRest(place.segments()))) {
        continue;
      }
      R route = place.byMethod().get(method);
      if (route != null) {
        return new Match<>(route, variables(place.segments(), segments));
      }
      others.addAll(place.byMethod().keySet());
    }
    if (others.isEmpty() && slashes) {
      throw new Problem(400, "bad-path", "The path leaves its folder.");
    }
    if (others.isEmpty()) {
      throw new Problem(404, "not-found", "There is nothing at " + path + ".");
    }
    throw new Problem(
        405,
        "method-not-allowed",
        path + " takes " + String.join(", ", others) + ", not this method.",
        Map.of("allow", List.copyOf(others)));
  }

  private static List<String> segments(String path) {
    if (path.length() > MAX_PATH || !path.startsWith("/")) {
      throw new Problem(400, "bad-path", "A path begins with / and has at most 1024 characters.");
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      segments.add(decoded(segment));
    }
    return segments;
  }

  private static String decoded(String segment) {
    if (segment.isEmpty()) {
      return segment;
    }
    if (!SEGMENT.matcher(segment).matches()) {
      throw new Problem(400, "bad-path", "The path holds a character that must be escaped as %XX.");
    }
    try {
      String decoded = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (decoded.equals("..") || decoded.equals(".")) {
        throw new Problem(400, "bad-path", "The path leaves its folder.");
      }
      if (decoded.chars().anyMatch(Character::isISOControl)) {
        throw new Problem(400, "bad-path", "The path holds a control character.");
      }
      return decoded;
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "bad-path", "The path holds a % that escapes nothing.");
    }
  }

  private static boolean leadsTo(List<String> template, List<String> segments) {
    if (takesRest(template)
        ? template.size() > segments.size()
        : template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      boolean fits =
          isVariable(template.get(i))
              ? !segments.get(i).isEmpty()
              : template.get(i).equals(segments.get(i));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, String> variables(List<String> template, List<String> segments) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < template.size(); i++) {
      String segment = template.get(i);
      if (isVariable(segment) && !segment.endsWith(REST + "}")) {
        variables.put(segment.substring(1, segment.length() - 1), segments.get(i));
      }
    }
    if (takesRest(template)) {
      String name = template.getLast();
      variables.put(
          name.substring(1, name.length() - 1 - REST.length()),
          String.join("/", segments.subList(template.size() - 1, segments.size())));
    }
    return variables;
  }

  private static boolean takesRest(List<String> template) {
    return template.getLast().endsWith(REST + "}");
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }
}
