package org.thingward.identity;

import java.util.Optional;
import java.util.UUID;
import org.thingward.platform.DeviceRequest;
import tools.jackson.databind.JsonNode;

/**
 * A signed request that was found in order: signed by this key, for this URL, and not seen before.
 *
 * @param request as it came
 * @param jws what was signed
 * @param key who signed
 * @param account whose key it is; empty if the request brought its key along
 * @param url where it went
 * @param view how resources look to who asks
 */
record AcmeCall(
    DeviceRequest request,
    AcmeJws jws,
    AcmeKey key,
    Optional<AcmeAccount> account,
    String url,
    AcmeView view) {

  /**
   * The account that signed.
   *
   * @throws AcmeRefused if the request names none
   */
  AcmeAccount by() {
    return account.orElseThrow(() ->
        new AcmeRefused(
            AcmeError.MALFORMED, "Name the account that signs by kid, not its key by jwk."));
  }

  /** The id in the path. */
  UUID id() {
    return AcmeUrls.id(request.variables().getOrDefault("id", ""));
  }

  JsonNode object() {
    return jws.object();
  }

  /** The bytes of a member in base64url. */
  byte[] bytes(String member) {
    JsonNode value = object().path(member);
    if (!value.isString()) {
      throw new AcmeRefused(AcmeError.MALFORMED, "'" + member + "' is missing, or no text.");
    }
    return AcmeBase64.decode("'" + member + "'", value.asString());
  }
}
