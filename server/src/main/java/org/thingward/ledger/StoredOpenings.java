package org.thingward.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryKey;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogStatement;
import org.thingward.verify.log.Opening;
import org.thingward.verify.log.VerifierKey;

/** Openings from the ledger's files. Entry keys are read a file at a time. For one thread. */
final class StoredOpenings implements Openings {
  private final EntryIndex index;
  private final SealedContents contents;
  private final long published;
  private final Supplier<List<Signers>> signers;
  private final Map<Long, byte[]> keys = new HashMap<>();

  /**
   * Keys that signed the log.
   *
   * @param until the entry by which others follow them
   */
  record Signers(List<VerifierKey> keys, long until) {}

  /** Of the first {@code published} entries; {@code signers} tells by whose keys, oldest first. */
  StoredOpenings(
      EntryIndex index, SealedContents contents, long published, Supplier<List<Signers>> signers) {
    this.signers = signers;
    this.index = index;
    this.contents = contents;
    this.published = published;
  }

  @Override
  public boolean confirms(EntryType type, Receipt receipt, byte[] content) {
    OptionalLong at = find(receipt);
    return at.isPresent()
        && index.type(at.getAsLong()) == type
        && key(at.getAsLong())
            .map(key -> key.commitToContent(content).equals(receipt.entry()))
            .orElse(false);
  }

  @Override
  public boolean isAttested(long at, String purpose, byte[] statement, byte[] note) {
    return signers.get().stream()
        .filter(one -> at <= one.until())
        .findFirst()
        .filter(one -> LogStatement.isSigned(note, purpose, statement, one.keys()))
        .isPresent();
  }

  @Override
  public boolean has(EntryType type) {
    for (long at = published - 1; at >= 0; at--) {
      if (index.type(at) == type) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Opened> open(Receipt receipt) {
    OptionalLong at = find(receipt);
    return at.isEmpty() ? Optional.empty() : open(at.getAsLong());
  }

  @Override
  public Optional<Opened> newest(EntryType type) {
    for (long at = published - 1; at >= 0; at--) {
      if (index.type(at) == type) {
        return open(at);
      }
    }
    return Optional.empty();
  }

  @Override
  public List<Opened> newest(Set<EntryType> types, int most) {
    List<Opened> entries = new ArrayList<>();
    for (long at = published - 1; at >= 0 && entries.size() < most; at--) {
      if (types.contains(index.type(at))) {
        open(at).ifPresent(entries::add);
      }
    }
    return entries.reversed();
  }

  @Override
  public List<Opened> since(Set<EntryType> types, Collection<Receipt> receipts) {
    long first =
        receipts.stream()
            .map(this::find)
            .flatMapToLong(OptionalLong::stream)
            .min()
            .orElse(published);
    List<Opened> entries = new ArrayList<>();
    for (long at = first; at < published; at++) {
      if (types.contains(index.type(at))) {
        open(at).ifPresent(entries::add);
      }
    }
    return entries;
  }

  @Override
  public List<Placed> all(Set<EntryType> types) {
    List<Placed> entries = new ArrayList<>();
    for (long at = 0; at < published; at++) {
      if (types.contains(index.type(at))) {
        entries.add(new Placed(at, open(at)));
      }
    }
    return entries;
  }

  @Override
  public Unseen unseen(EntryType type) {
    BitSet seen = new BitSet();
    return new Unseen() {
      @Override
      public void seen(Receipt receipt) {
        find(receipt).ifPresent(at -> seen.set(Math.toIntExact(at)));
      }

      @Override
      public List<Opened> rest() {
        List<Opened> rest = new ArrayList<>();
        for (int at = seen.nextClearBit(0); at < published; at = seen.nextClearBit(at + 1)) {
          if (index.type(at) == type) {
            open(at).ifPresent(rest::add);
          }
        }
        return rest;
      }
    };
  }

  private OptionalLong find(Receipt receipt) {
    OptionalLong at = index.find(receipt.entry());
    return at.isPresent() && at.getAsLong() < published ? at : OptionalLong.empty();
  }

  // The receipt is worked out from content and key: the index compares half of it only.
  private Optional<Opened> open(long at) {
    try {
      return contents.open(at).map(StoredOpenings::opened);
    } catch (IOException e) {
      throw unreadable(at, e);
    }
  }

  private static Opened opened(Opening opening) {
    byte[] content = opening.content();
    return new Opened(new Receipt(opening.key().commitToContent(content)), content);
  }

  private Optional<EntryKey> key(long at) {
    long file = SealedContents.file(at);
    byte[] all = keys.computeIfAbsent(file, unused -> read(at));
    return SealedContents.key(all, at);
  }

  private byte[] read(long at) {
    try {
      return contents.keys(at);
    } catch (IOException e) {
      throw unreadable(at, e);
    }
  }

  private static LedgerUnavailable unreadable(long at, IOException e) {
    return new LedgerUnavailable("entry %d cannot be opened: %s".formatted(at, e), e);
  }
}
