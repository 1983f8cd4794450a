package org.thingward.identity;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.thingward.platform.DeviceRequest;

/**
 * Where the resources of ACME are. A client may reach this server by any of its names, and by none
 * that is not one: what it signs is for a URL, and another server's must not serve here.
 *
 * @param publicUrl the listener as devices see it, if that is configured
 * @param hosts the names and addresses of this server
 */
record AcmeUrls(Optional<String> publicUrl, List<String> hosts) {
  static final String BASE = "/acme/";
  static final String ACCOUNT = BASE + "account/";
  static final String ORDER = BASE + "order/";
  static final String AUTHORIZATION = BASE + "authorization/";
  static final String CHALLENGE = BASE + "challenge/";
  static final String CERTIFICATE = BASE + "certificate/";

  /**
   * What URLs begin with for who asks.
   *
   * @throws AcmeRefused if it asks for a host that is not this server
   */
  String origin(DeviceRequest request) {
    return origin(request.header("host"));
  }

  private String origin(String authority) {
    String origin = "https://" + authority.toLowerCase(Locale.ROOT);
    boolean ours =
        publicUrl
                .filter(url -> URI.create(url).getAuthority().equalsIgnoreCase(authority))
                .isPresent()
            || hosts.stream().anyMatch(name -> name.equalsIgnoreCase(hostOf(authority)));
    if (!ours) {
      throw new AcmeRefused(
          AcmeError.MALFORMED, "The Host header names no host by which this server is known.");
    }
    return origin;
  }

  /**
   * The account that the name of a key stands for.
   *
   * @throws AcmeRefused if it is no account's URL on this server
   */
  UUID account(String kid) {
    int path = kid.indexOf(ACCOUNT);
    if (path > "https://".length() && kid.startsWith("https://")) {
      String checked = origin(kid.substring("https://".length(), path));
      if (kid.toLowerCase(Locale.ROOT).startsWith(checked)) {
        return id(kid.substring(path + ACCOUNT.length()));
      }
    }
    throw noAccount();
  }

  /** An id in a path, or as an account's URL ends. */
  static UUID id(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw noAccount();
    }
    throw noAccount();
  }

  static AcmeRefused noAccount() {
    return new AcmeRefused(
        AcmeError.ACCOUNT_DOES_NOT_EXIST, "There is no such account here that still counts.");
  }

  private static String hostOf(String authority) {
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      return end < 0 ? "" : authority.substring(1, end);
    }
    int colon = authority.indexOf(':');
    return colon < 0 ? authority : authority.substring(0, colon);
  }
}
