package org.thingward.identity;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.thingward.platform.Problem;

/**
 * The names that a certificate request asks for. They choose nothing (rule I2); where a protocol
 * says the same names twice, they are compared.
 */
final class CsrNames {
  private CsrNames() {}

  /**
   * The DNS names in the subject alternative name that is asked for, in lower case; none if none
   * is.
   *
   * @throws Problem 400 if what is asked for cannot be read
   */
  static Set<String> dns(byte[] der) {
    try {
      Set<String> names = new TreeSet<>();
      ASN1Set attributes =
          CertificationRequest.getInstance(der).getCertificationRequestInfo().getAttributes();
      for (int i = 0; attributes != null && i < attributes.size(); i++) {
        Attribute attribute = Attribute.getInstance(attributes.getObjectAt(i));
        if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
          add(Extensions.getInstance(attribute.getAttrValues().getObjectAt(0)), names);
        }
      }
      return names;
    } catch (RuntimeException e) {
      // The parser reports malformed input by many kinds of exception; all mean the same here.
      throw new Problem(400, "csr-names", "The names that the request asks for cannot be read.");
    }
  }

  private static void add(Extensions extensions, Set<String> names) {
    Extension alternative = extensions.getExtension(Extension.subjectAlternativeName);
    if (alternative == null) {
      return;
    }
    for (GeneralName name : GeneralNames.getInstance(alternative.getParsedValue()).getNames()) {
      if (name.getTagNo() == GeneralName.dNSName) {
        names.add(name.getName().toString().toLowerCase(Locale.ROOT));
      }
    }
  }
}
