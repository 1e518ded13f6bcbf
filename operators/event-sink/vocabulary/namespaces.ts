/** The namespace of RDF itself. */
export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** The namespace of RDF Schema. */
export const RDFS = 'http://www.w3.org/2000/01/rdf-schema#';

/** The namespace of the datatypes (XML Schema). */
export const XSD = 'http://www.w3.org/2001/XMLSchema#';

/** The namespace of who made what, and when (PROV-O). */
export const PROV = 'http://www.w3.org/ns/prov#';

/** The namespace of schema.org: it says of a property where it stands, and claims no more. */
export const SCHEMA = 'https://schema.org/';
