package org.thingward.verify.policy;

import java.util.List;

/** A part of a YAML document, with the place at which it begins; lines and columns from 1. */
sealed interface Node {
  int line();

  int column();

  /** A single value, as written, without its quotes. */
  record Scalar(int line, int column, String text) implements Node {}

  /** A list. */
  record Sequence(int line, int column, List<Node> items) implements Node {}

  /** Members in the order of the file. */
  record Mapping(int line, int column, List<Member> members) implements Node {}

  /** A key and its value. */
  record Member(Scalar key, Node value) {}
}
