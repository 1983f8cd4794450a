package org.thingward.identity;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What can be asked over ACME, each at its place (RFC 8555 §7). */
final class AcmeRequests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CHAIN = "application/pem-certificate-chain";
  private static final String ID = "{id}";

  private final AcmeAccounts accounts;
  private final Enrolment enrolment;
  private final AcmeBinding binding;
  private final AcmeOrders orders;
  private final AcmeRevocation revocation;
  private final AcmePace refusals;
  private final Authority authority;
  private final Randomness randomness;

  AcmeRequests(
      AcmeAccounts accounts,
      Enrolment enrolment,
      AcmeBinding binding,
      AcmeOrders orders,
      AcmeRevocation revocation,
      AcmePace refusals,
      Authority authority,
      Randomness randomness) {
    this.accounts = accounts;
    this.enrolment = enrolment;
    this.binding = binding;
    this.orders = orders;
    this.revocation = revocation;
    this.refusals = refusals;
    this.authority = authority;
    this.randomness = randomness;
  }

  /** What answers signed requests, by path. */
  Map<String, Function<AcmeCall, DeviceResponse>> byPath() {
    Map<String, Function<AcmeCall, DeviceResponse>> all = new LinkedHashMap<>();
    all.put(AcmeUrls.BASE + "new-account", this::newAccount);
    all.put(AcmeUrls.BASE + "key-change", this::keyChange);
    all.put(AcmeUrls.BASE + "new-order", this::newOrder);
    all.put(AcmeUrls.BASE + "revoke-cert", this::revoke);
    all.put(AcmeUrls.ACCOUNT + ID, this::account);
    all.put(AcmeUrls.ACCOUNT + ID + "/orders", this::orders);
    all.put(AcmeUrls.ORDER + ID, this::order);
    all.put(AcmeUrls.ORDER + ID + "/finalize", this::complete);
    all.put(AcmeUrls.AUTHORIZATION + ID, this::authorization);
    all.put(AcmeUrls.CHALLENGE + ID, this::challenge);
    all.put(AcmeUrls.CERTIFICATE + ID, this::certificate);
    return all;
  }

  private DeviceResponse newAccount(AcmeCall call) {
    if (call.account().isPresent()) {
      throw malformed("A new account's request brings its key along, as jwk.");
    }
    JsonNode asked = call.object();
    Optional<AcmeAccount> known = accounts.ofKey(call.key());
    if (known.isPresent()) {
      return shown(200, call, known.get());
    }
    if (asked.path("onlyReturnExisting").asBoolean(false)) {
      throw AcmeUrls.noAccount();
    }
    if (!asked.has("externalAccountBinding")) {
      throw new AcmeRefused(
          AcmeError.EXTERNAL_ACCOUNT_REQUIRED,
          "An account is bound to an enrolment token: give the kid and HMAC key that 'thingward"
              + " token create --acme' prints.");
    }
    TokenRecord token = bound(call, asked.path("externalAccountBinding"));
    Digest raw = Digest.of(call.request().body());
    AcmeAccount made = accounts.register(enrolment, randomness.id(), token, call.key(), raw);
    return shown(201, call, made);
  }

  private TokenRecord bound(AcmeCall call, JsonNode shown) {
    String address = String.valueOf(call.request().remote().getAddress());
    refusals.requireWithin(address);
    try {
      return binding.token(shown, call.key(), call.url());
    } catch (AcmeRefused refused) {
      refusals.refused(address);
      throw refused;
    }
  }

  private DeviceResponse account(AcmeCall call) {
    AcmeAccount account = own(call);
    if (call.jws().onlyReads()) {
      return shown(200, call, account);
    }
    JsonNode status = call.object().path("status");
    if (status.isMissingNode()) {
      return shown(200, call, account); // Contacts are not kept.
    }
    if (!status.asString("").equals(AcmeAccount.Status.DEACTIVATED.word())) {
      throw malformed("An account's status can become deactivated, nothing else.");
    }
    return shown(200, call, accounts.end(account, AcmeAccount.Status.DEACTIVATED));
  }

  private DeviceResponse orders(AcmeCall call) {
    requireReading(call);
    return json(200, call.view().orders(orders.newest(own(call))), Map.of());
  }

  /** The outer signature is by the old key, the inner one by the new (RFC 8555 §7.3.5). */
  private DeviceResponse keyChange(AcmeCall call) {
    AcmeAccount account = call.by();
    AcmeJws inner = AcmeJws.read(call.object());
    AcmeKey key =
        AcmeKey.read(
            inner
                .jwk()
                .orElseThrow(() -> malformed("The inner signature brings its key, as jwk.")));
    inner.require(key);
    JsonNode change = inner.object();
    if (!inner.url().equals(call.url()) || inner.nonce().isPresent()) {
      throw malformed("The inner header has the URL of the outer one, and no nonce.");
    }
    if (!change.path("account").asString("").equals(call.view().account(account.id()))) {
      throw malformed("'account' is not the account that signs.");
    }
    if (!AcmeKey.read(change.path("oldKey")).thumbprint().equals(account.key().thumbprint())) {
      throw malformed("'oldKey' is not the account's key.");
    }
    accounts
        .rekey(account, key)
        .ifPresent(holder -> {
          throw AcmeRefused.conflict(
              "That key is an account's already.", call.view().account(holder.id()));
        });
    return shown(200, call, accounts.get(account.id()));
  }

  private DeviceResponse newOrder(AcmeCall call) {
    AcmeOrder order = orders.create(call.by(), call.object());
    return shown(201, call, order);
  }

  private DeviceResponse order(AcmeCall call) {
    requireReading(call);
    return shown(200, call, orders.get(call.by(), call.id()));
  }

  private DeviceResponse complete(AcmeCall call) {
    return shown(200, call, orders.complete(call.by(), call.id(), call.bytes("csr")));
  }

  private DeviceResponse authorization(AcmeCall call) {
    requireReading(call);
    AcmeAuthorization part = orders.authorization(call.by(), call.id());
    AcmeOrder order = orders.get(call.by(), part.order());
    return json(200, call.view().authorization(part, order), Map.of());
  }

  private DeviceResponse challenge(AcmeCall call) {
    AcmeAuthorization part =
        call.jws().onlyReads()
            ? orders.authorization(call.by(), call.id())
            : orders.prove(call.by(), call.id(), call.object());
    String up = "<" + call.view().authorization(part.id()) + ">;rel=\"up\"";
    return json(200, call.view().challenge(part), Map.of("link", up));
  }

  private DeviceResponse certificate(AcmeCall call) {
    requireReading(call);
    IssuedCertificate certificate = orders.certificate(call.by(), call.id());
    String chain =
        Authority.pem(Authority.read(certificate.der())) + Authority.pem(authority.certificate());
    return DeviceResponse.ok(CHAIN, chain.getBytes(StandardCharsets.US_ASCII));
  }

  private DeviceResponse revoke(AcmeCall call) {
    try {
      revocation.revoke(call, call.bytes("certificate"));
    } catch (Problem problem) {
      throw AcmeRefused.of(problem);
    }
    return DeviceResponse.empty(200);
  }

  private static AcmeAccount own(AcmeCall call) {
    UUID id = call.id();
    if (!call.by().id().equals(id)) {
      throw new AcmeRefused(AcmeError.UNAUTHORIZED, "This is another account.");
    }
    return call.by();
  }

  private static void requireReading(AcmeCall call) {
    if (!call.jws().onlyReads()) {
      throw malformed("This is only read: sign an empty payload (RFC 8555 §6.3).");
    }
  }

  private static DeviceResponse shown(int status, AcmeCall call, AcmeAccount account) {
    return json(
        status,
        call.view().account(account),
        Map.of("location", call.view().account(account.id())));
  }

  private static DeviceResponse shown(int status, AcmeCall call, AcmeOrder order) {
    return json(
        status, call.view().order(order), Map.of("location", call.view().order(order.id())));
  }

  private static DeviceResponse json(
      int status, Map<String, Object> tree, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("content-type", "application/json");
    return new DeviceResponse(status, all, JSON.writeValueAsBytes(tree));
  }

  private static AcmeRefused malformed(String detail) {
    return new AcmeRefused(AcmeError.MALFORMED, detail);
  }
}
