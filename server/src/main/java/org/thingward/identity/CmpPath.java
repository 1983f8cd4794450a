package org.thingward.identity;

import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;

/**
 * What the path of a request over CMP says (RFC 9483 §6.1). A token or certificate has its profile
 * already, and a message its operation; a path that says otherwise is a mistake.
 *
 * @param profile the word of a profile, if there is one in the path
 * @param operation the operation's label, if there is one
 */
record CmpPath(Optional<String> profile, Optional<String> operation) {
  private static final Map<String, Integer> OPERATIONS =
      Map.of(
          "initialization", PKIBody.TYPE_INIT_REQ,
          "certification", PKIBody.TYPE_CERT_REQ,
          "keyupdate", PKIBody.TYPE_KEY_UPDATE_REQ,
          "pkcs10", PKIBody.TYPE_P10_CERT_REQ,
          "revocation", PKIBody.TYPE_REVOCATION_REQ,
          "getcacerts", PKIBody.TYPE_GEN_MSG,
          "getcertreqtemplate", PKIBody.TYPE_GEN_MSG,
          "getcrls", PKIBody.TYPE_GEN_MSG);

  void requireProfile(CmpSender sender) {
    Optional<Profile> own =
        switch (sender) {
          case CmpSender.Holder holder -> Optional.of(holder.token().profile());
          case CmpSender.Certified certified -> Optional.of(certified.certificate().profile());
          case CmpSender.Anyone anyone -> Optional.empty();
        };
    if (profile.isPresent() && own.isPresent() && !profile.get().equals(own.get().word())) {
      throw new CmpRefusal(
          PKIFailureInfo.unacceptedPolicy,
          "The path names another profile than %s, which the token or certificate has."
              .formatted(own.get().word()));
    }
  }

  void requireOperation(int kind) {
    if (operation.isPresent() && !Integer.valueOf(kind).equals(OPERATIONS.get(operation.get()))) {
      throw new CmpRefusal(
          PKIFailureInfo.badRequest, "The path names another operation than the message asks for.");
    }
  }
}
