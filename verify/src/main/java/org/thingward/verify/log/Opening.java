package org.thingward.verify.log;

import org.thingward.trust.Digest;

/**
 * What shows the meaning of a leaf: the content, the key of the entry, and the leaf hash of the
 * same subject's previous entry.
 */
public final class Opening {
  private final byte[] content;
  private final EntryKey key;
  private final Digest previous;

  /**
   * An opening; whether it opens a given leaf, {@link #opens} tells.
   *
   * @param previous {@link Leaf#NO_PREVIOUS} in the first entry of a subject
   */
  public Opening(byte[] content, EntryKey key, Digest previous) {
    this.content = content.clone();
    this.key = key;
    this.previous = previous;
  }

  /** A copy of the content. */
  public byte[] content() {
    return content.clone();
  }

  public EntryKey key() {
    return key;
  }

  /** The leaf hash of the same subject's previous entry. */
  public Digest previous() {
    return previous;
  }

  /** Whether {@code leaf} commits to exactly this content and this predecessor. */
  public boolean opens(Leaf leaf) {
    return key.commitToContent(content).equals(leaf.content())
        && key.commitToLink(previous).equals(leaf.link());
  }
}
