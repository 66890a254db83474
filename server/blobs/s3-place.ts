// Owns how an S3 bucket is named in the settings.

/** What `NEXUS_OBJECTS=s3://bucket?endpoint=…&region=…` names; the keys come from the usual AWS variables. */
export interface S3Place { readonly bucket: string; readonly endpoint: string | undefined; readonly region: string }

/** Reads such a URL; undefined for what is none. */
export function s3Place(text: string): S3Place | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 's3:' || url.hostname === '') return undefined;
  return { bucket: url.hostname, endpoint: url.searchParams.get('endpoint') ?? undefined, region: url.searchParams.get('region') ?? 'us-east-1' };
}
