package org.thingward.verify.log;

import java.util.Locale;

/** What kind of record an entry of the ledger commits to. Codes are stored: never reuse one. */
public enum EntryType {
  /** A piece of evidence. */
  EVIDENCE(1),
  /** A posture. */
  POSTURE(2),
  /** A decision; a permitted connect holds its grant. */
  DECISION(3),
  /** The end of a grant, with what was used of it. */
  GRANT_END(4),
  /** The bytes of a policy that took effect. */
  POLICY(5),
  /** Reference values that took effect. */
  REFERENCE_VALUES(6),
  /** A certificate issued. */
  CERTIFICATE(7),
  /** A token made. */
  TOKEN(8),
  /** Something an operator did. */
  OPERATOR_ACTION(9),
  /** A change of the log itself: its first entry, a key that follows another, its end. */
  LOG(10),
  /** What a person should look at, e.g. a jump of the clock, and how it ended. */
  FINDING(11),
  /** A passkey registered. */
  PASSKEY(12),
  /** An operator's session begun by a passkey, or ended. */
  LOGIN(13),
  /** A change of who the operators are, or of what one holds. */
  OPERATOR(14),
  /** An API token made, or withdrawn. */
  API_TOKEN(15),
  /** What happened to a change that others must agree to, e.g. that one did, by whose passkey. */
  APPROVAL(16),
  /** A run of drills that began, or what came of one drill, as its runner reports it. */
  DRILL(17),
  /** The digest of an attestation result (EAR) that was given out. */
  ATTESTATION_RESULT(18),
  /** Which authority issues certificates from now on. */
  AUTHORITY(19);

  private final int code;

  EntryType(int code) {
    this.code = code;
  }

  /** The byte in the leaf. */
  public int code() {
    return code;
  }

  /**
   * Whether the meaning of such an entry may be erased. Not where what counts today rests on it: a
   * withdrawal that nobody can read any more withdraws nobody.
   */
  public boolean isErasable() {
    return switch (this) {
      case LOG, PASSKEY, OPERATOR, API_TOKEN, APPROVAL, AUTHORITY -> false;
      case EVIDENCE,
          POSTURE,
          DECISION,
          GRANT_END,
          POLICY,
          REFERENCE_VALUES,
          CERTIFICATE,
          TOKEN,
          OPERATOR_ACTION,
          FINDING,
          LOGIN,
          DRILL,
          ATTESTATION_RESULT ->
          true;
    };
  }

  /** The lower-case, hyphenated word used in the API and in proofs. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The type with this code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EntryType ofCode(int code) {
    for (EntryType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("no entry type has code " + code);
  }
}
