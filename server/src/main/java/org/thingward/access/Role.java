package org.thingward.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Permission;

/** What an operator is there for: a fixed few, each a set of permissions. */
enum Role {
  /** Sees; changes nothing. */
  VIEWER(Permission.VIEW),
  /** Registers devices, makes tokens, lowers trust, has drills run. */
  OPERATOR(Permission.VIEW, Permission.OPERATE, Permission.DRILL),
  /** Raises trust again. */
  RELEASER(Permission.VIEW, Permission.RELEASE),
  /** Changes what is demanded of devices. */
  POLICY_ADMINISTRATOR(Permission.VIEW, Permission.ADMINISTER_POLICY),
  /** Changes who may do what. */
  ACCESS_ADMINISTRATOR(Permission.VIEW, Permission.ADMINISTER_ACCESS);

  /** The words of all. */
  static final List<String> WORDS = Arrays.stream(values()).map(Role::word).toList();

  private final Set<Permission> permissions;

  Role(Permission... permissions) {
    this.permissions = Set.of(permissions);
  }

  Set<Permission> permissions() {
    return permissions;
  }

  /** Whether what it is there for concerns every device, so that it is held everywhere or not. */
  boolean isOfTheWholeFleet() {
    return this == POLICY_ADMINISTRATOR || this == ACCESS_ADMINISTRATOR;
  }

  /** The lower-case, hyphenated word used in the API and in the ledger. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Role> ofWord(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
